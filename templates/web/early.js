// Runs before anything is painted: marks that scripts work, so that what needs them is shown without a jump.
document.documentElement.classList.add("js");
