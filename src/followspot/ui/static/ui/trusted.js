// Text becomes a page in one place only: where htmx puts in what this server answered. No part of a page brings
// a script, and nobody makes a program out of text; with require-trusted-types-for the browser holds all else to that.
const never = () => { throw new TypeError("No program is made out of text here."); };
htmx.registerExtension("trusted", {
  init: (htmx) => htmx.initSecurity(
    window.trustedTypes?.createPolicy("followspot", { createHTML: (html) => html, createScript: () => "" }), never, never),
});
