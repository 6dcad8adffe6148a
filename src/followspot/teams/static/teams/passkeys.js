// Passkeys: shows what needs a script, and says in words when the browser did not give a key.
document.querySelectorAll("[data-needs-script]").forEach((element) => {
  element.hidden = !window.PublicKeyCredential;
});
document.addEventListener("allauth.error", (event) => {
  event.preventDefault(); // else it would be written to the console only
  document.querySelectorAll("[data-passkey-trouble]").forEach((element) => {
    element.hidden = false;
  });
});
