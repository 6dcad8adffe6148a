// Text becomes a page in one place only: where htmx puts in what this server answered. No part of a page brings
// a script, and nobody makes a program out of text; with require-trusted-types-for the browser holds all else to that.
// The one policy there may be is made on every page, so that nothing else can make it.
const never = () => { throw new TypeError("No program is made out of text here."); };
const policy = window.trustedTypes?.createPolicy("followspot", { createHTML: (html) => html, createScript: () => "" });
window.htmx?.registerExtension("trusted", { init: (htmx) => htmx.initSecurity(policy, never, never) });
