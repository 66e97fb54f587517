// Shows a password while somebody checks what they typed, and hides it again before it is sent.
document.querySelectorAll("[data-password]").forEach((wrapper) => {
  const input = wrapper.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary govuk-password-input__toggle";
  button.setAttribute("aria-controls", input.id);
  const show = (seen) => {
    input.type = seen ? "text" : "password";
    button.textContent = seen ? wrapper.dataset.hide : wrapper.dataset.show;
    button.setAttribute("aria-label", seen ? wrapper.dataset.hideLabel : wrapper.dataset.showLabel);
  };
  button.addEventListener("click", () => show(input.type === "password"));
  if (input.form) input.form.addEventListener("submit", () => show(false));
  show(false);
  wrapper.append(button);
});
