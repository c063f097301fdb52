/// The one thing that needs a script: a file that is dropped becomes the file that the form would send.
enum DropScript {
  static let text: StaticString = """
    "use strict";
    (() => {
      const area = document.querySelector("[data-drop]");
      if (!area) return;
      const input = area.querySelector("input[type=file]");
      const state = area.querySelector("[role=status]");
      const limit = Number(area.dataset.limit);
      area.querySelector("[data-hint]").hidden = false;
      const judge = () => {
        const tooLarge = input.files.length > 0 && input.files[0].size > limit;
        input.setCustomValidity(tooLarge ? "This file is larger than this page takes: check it with planectl bundle verify." : "");
        state.textContent = tooLarge ? "This file is larger than this page takes: check it with planectl bundle verify." : "";
        return !tooLarge;
      };
      input.addEventListener("change", judge);
      area.addEventListener("dragover", (event) => { event.preventDefault(); area.classList.add("over"); });
      area.addEventListener("dragleave", () => area.classList.remove("over"));
      area.addEventListener("drop", (event) => {
        event.preventDefault();
        area.classList.remove("over");
        if (event.dataTransfer.files.length !== 1) {
          state.textContent = "Drop one file.";
          return;
        }
        input.files = event.dataTransfer.files;
        if (!judge()) return;
        state.textContent = "Sending the file to be checked.";
        input.form.requestSubmit();
      });
    })();
    """
}
