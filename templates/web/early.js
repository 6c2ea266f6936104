// Runs before anything is painted: marks that scripts work, so that what needs them is shown without a jump.
document.documentElement.classList.add("js");
try {
  if (localStorage.getItem("sitrep.timeline") === "closed") document.documentElement.classList.add("no-timeline");
} catch {
  // A browser that keeps nothing shows the timeline.
}
