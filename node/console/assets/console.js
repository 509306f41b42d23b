/* What makes waiting shorter; every page works without it. */

const betweenLooksMs = 2000;

/** Puts the content of a page that was fetched in place of this one's; false when that was no page of ours. */
function show(text) {
  const page = new DOMParser().parseFromString(text, 'text/html');
  const main = page.querySelector('main');
  if (!main) return false;
  document.title = page.title;
  document.querySelector('main').replaceWith(main);
  document.body.toggleAttribute('data-under-way', page.body.hasAttribute('data-under-way'));
  begin();
  return true;
}

/** Work that goes on: looked at again until it rests. */
function watch() {
  if (!document.body.hasAttribute('data-under-way')) return;
  setTimeout(async () => {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => undefined);
    if (!answer?.ok || !show(await answer.text())) watch();
  }, betweenLooksMs);
}

/** A large file is on its way for a while: says how much of it. */
function tellUpload(form) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    const bar = form.querySelector('progress');
    const button = form.querySelector('button');
    const fail = () => {
      button.disabled = false;
      bar.hidden = true;
      form.querySelector('.cut-off').hidden = false;
    };
    bar.hidden = false;
    button.disabled = true;
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      bar.max = total;
      bar.value = loaded;
    });
    request.addEventListener('error', fail);
    request.addEventListener('load', () => {
      if (show(request.responseText)) history.pushState(null, '', request.responseURL);
      else fail();
    });
    request.open('POST', form.action);
    request.setRequestHeader('accept', 'text/html');
    request.send(new FormData(form));
  });
}

function begin() {
  document.querySelector('#problem')?.focus();
  for (const form of document.querySelectorAll('form[data-upload]')) tellUpload(form);
  watch();
}

/* Not every browser moves the focus with the page. */
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.querySelector('main').focus();
});
addEventListener('popstate', () => location.reload());
begin();
