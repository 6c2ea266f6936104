// Runs right behind the headline, before it is painted: on a phone it starts folded.
if (matchMedia("(max-width: 760px)").matches) {
  document.getElementById("headline")?.removeAttribute("open");
}
