// A form is sent once: a second click while the first is on its way changes nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  else if (form.method === "post" && !event.defaultPrevented) form.dataset.sent = "yes";
});
// Coming back to a page that the browser kept, its forms can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
