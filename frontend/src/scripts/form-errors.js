// A form that came back with mistakes: the focus goes to the notice that says so, which then leads to every
// field that is meant; in a short form without such a notice it goes to the first of these fields.
const errors = [...document.querySelectorAll("main .st-field__error")];

if (errors.length) {
  const notice = noticeBefore(errors[0]);
  if (notice) {
    listIn(notice);
    notice.tabIndex = -1;
    notice.focus();
  } else {
    target(errors[0]).focus();
  }
}

function noticeBefore(error) {
  const notices = [...document.querySelectorAll("main .st-alert--danger")];
  return notices.findLast(
    (notice) => notice.compareDocumentPosition(error) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
}

function listIn(notice) {
  const list = document.createElement("ul");
  list.className = "st-alert__body";
  for (const error of errors) {
    const link = document.createElement("a");
    link.href = `#${target(error).id}`;
    link.textContent = named(error);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      target(error).focus();
    });
    list.append(document.createElement("li"));
    list.lastChild.append(link);
  }
  notice.append(list);
}

/** What is wrong; with the name of the field where several say the same, such as that they are empty. */
function named(error) {
  const text = error.textContent.trim();
  const alike = errors.filter((other) => other.textContent.trim() === text).length > 1;
  const label = error.closest(".st-field")?.querySelector("label, legend")?.textContent.trim();
  return alike && label ? `${label}: ${text}` : text;
}

/** The control that an error speaks of; the words themselves where it speaks of the whole form. */
function target(error) {
  const found =
    error.closest(".st-field")?.querySelector(":is(input, select, textarea):not([type=hidden])") ?? error;
  if (found === error) error.tabIndex = -1;
  found.id ||= `error-${errors.indexOf(error) + 1}`;
  return found;
}
