import "@testing-library/jest-dom/vitest";

// The browser's own dialogs are not in jsdom.
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};
