"""Addresses of signing in, of one's own account, and of the way into a team.

Only what can be reached is listed: what Followspot does not use of allauth has no address.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as elsewhere
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.contrib.auth.decorators import login_not_required as public
from django.urls import URLPattern, path, re_path

from followspot.teams import invitations, profile, session_pages, token_pages

urlpatterns: list[URLPattern] = [
    # Twice: allauth asks for its own names, ours are shorter.
    path("sign-in/", public(account.login), name="sign-in"),
    path("sign-in/", public(account.login), name="account_login"),
    path("sign-out/", session_pages.sign_out, name="sign-out"),
    path("sign-out/", session_pages.sign_out, name="account_logout"),
    path("sign-in/second-step/", public(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey/", public(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("join/<str:word>/", public(invitations.join), name="join"),
    path("account/profile/", profile.profile, name="profile"),
    path("account/sessions/", session_pages.sessions, name="sessions"),
    path("account/sessions/end/", session_pages.end, name="end-session"),
    path("account/tokens/", token_pages.tokens, name="tokens"),
    path("account/tokens/new/", token_pages.make, name="make-token"),
    path("account/tokens/<int:pk>/revoke/", token_pages.revoke, name="revoke-token"),
    path("account/sign-up/", public(account.signup), name="account_signup"),
    path("account/inactive/", public(account.account_inactive), name="account_inactive"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/mail/", account.email, name="account_email"),
    path(
        "account/mail/sent/", public(account.email_verification_sent), name="account_email_verification_sent"
    ),
    path("account/mail/confirm/<str:key>/", public(account.confirm_email), name="account_confirm_email"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("account/password/lost/", public(account.password_reset), name="account_reset_password"),
    path(
        "account/password/lost/sent/", public(account.password_reset_done), name="account_reset_password_done"
    ),
    re_path(  # the key holds a dash itself
        r"^account/password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/new/done/",
        public(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("account/second-step/", mfa.index, name="mfa_index"),
    path("account/second-step/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/second-step/app/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/second-step/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/second-step/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "account/second-step/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("account/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("account/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("account/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
]

if settings.SIGN_ON.apps:
    urlpatterns += [
        path("account/elsewhere/", elsewhere.connections, name="socialaccount_connections"),
        path("account/elsewhere/sign-up/", public(elsewhere.signup), name="socialaccount_signup"),
        path(
            "account/elsewhere/cancelled/",
            public(elsewhere.login_cancelled),
            name="socialaccount_login_cancelled",
        ),
        path("account/elsewhere/failed/", public(elsewhere.login_error), name="socialaccount_login_error"),
    ]
if "openid_connect" in settings.SIGN_ON.apps:
    urlpatterns += [
        path("account/oidc/<str:provider_id>/", public(oidc.login), name="openid_connect_login"),
        path("account/oidc/<str:provider_id>/back/", public(oidc.callback), name="openid_connect_callback"),
    ]
if "saml" in settings.SIGN_ON.apps:
    from allauth.socialaccount.providers.saml import views as saml

    from followspot.teams import federated

    _OWN = "account/saml/<str:organization_slug>"
    urlpatterns += [
        path(f"{_OWN}/", public(saml.login), name="saml_login"),
        path(f"{_OWN}/back/", public(saml.acs), name="saml_acs"),
        path(f"{_OWN}/back/done/", public(federated.come_back), name="saml_finish_acs"),
        path(f"{_OWN}/sign-out/", public(saml.sls), name="saml_sls"),
        path(f"{_OWN}/metadata/", public(saml.metadata), name="saml_metadata"),
    ]
