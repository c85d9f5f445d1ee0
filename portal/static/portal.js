(() => {
  const d = document, session = d.documentElement.dataset.session;
  const mine = "kept " + session, here = mine + location.pathname;
  const on = (what, name, act) => what.addEventListener(name, act);
  const all = (from, css) => [...from.querySelectorAll(css)];
  const make = (tag, facts) => Object.assign(d.createElement(tag), facts);
  const add = (to, tag, facts) => to.appendChild(make(tag, facts));
  const calm = (act, timer) => wait => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
  const say = (form, word) => {
    const told = form.querySelector("[data-kept]") || make("p");
    told.textContent = told.dataset[word === "failed" && !navigator.onLine ? "offline" : word] || "";
    return told;
  };
  let box = {}, pressed;
  try { box = localStorage; } catch (e) {}

  Object.keys(box).filter(key => /^kept /.test(key)).forEach(key => {
    const kept = JSON.parse(box[key]);
    if (!session || key.indexOf(mine) || Date.now() - kept.at > 864e5 || kept.sent && key !== here) delete box[key];
  });

  all(d, "[data-keep]").forEach(form => {
    let busy, dirty;
    const fields = [...form.elements].filter(e =>
      e.name && !e.closest("[data-personal]") && !/file|hidden|password|submit/.test(e.type));
    const now = e => /radio|checkbox/.test(e.type) ? "checked" : "value";
    const known = e => e.name + e.defaultValue + e.defaultChecked;
    const note = sent => {
      if (session && !("assisted" in form.dataset)) box[here] = JSON.stringify(
        {at: Date.now(), sent, known: fields.map(known), typed: fields.map(e => e[now(e)])});
    };
    const save = () => {
      if (!dirty || busy || form.dataset.sent || form.dataset.keep) return;
      const body = new FormData(form);
      all(form, "[type=file]").forEach(e => body.delete(e.name));
      busy = 1;
      dirty = 0;
      say(form, "saving");
      fetch(form.action, {
        method: "POST", body, credentials: "same-origin", redirect: "manual", keepalive: d.hidden,
        headers: {"X-Autosave": "1"}
      }).then(answer => {
        if (!answer.headers.has("X-Go")) throw answer;
        say(form, "saved");
        if (!dirty && !form.dataset.sent) delete box[here];
      }).catch(() => {
        say(form, "failed");
        dirty = 1;
      }).then(() => {
        busy = 0;
        later(9e3);
      });
    };
    const later = calm(save);
    const change = e => {
      dirty = 1;
      later(e.type === "change" ? 400 : 2e3);
      note();
    };
    on(d, "input", e => e.target.form === form && change(e));
    on(d, "change", e => e.target.form === form && change(e));
    on(d, "visibilitychange", save);
    on(window, "online", save);
    on(form, "submit", () => note(navigator.onLine));

    const kept = JSON.parse(box[here] || 0);
    const lost = kept && !(kept.sent && form.dataset.keep) && fields.filter((e, i) => kept.known[i] === known(e) && e[now(e)] !== kept.typed[i]);
    if (!lost || !lost[0]) return;
    lost.forEach(e => e[now(e)] = kept.typed[fields.indexOf(e)]);
    change({});
    say(form, "restored");
  });

  on(d, "change", e => {
    const input = e.target, file = input.matches("[data-photo]") && input.files[0];
    if (!file) return;
    const frame = input.parentNode.querySelector("[data-preview]"), picture = new Image();
    frame.textContent = "";
    input.ready = new Promise((done, fail) => {
      picture.onerror = fail;
      picture.onload = () => {
        const {width: w, height: h} = picture, share = Math.min(1, 1600 / Math.max(w, h));
        frame.appendChild(picture);
        if (file.size < 4e5 || !CSS.supports("image-orientation", "from-image")) return fail();
        const canvas = make("canvas", {width: w * share, height: h * share}), pen = canvas.getContext("2d");
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, 1600, 1600);
        pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
        let quality = 1.05;
        const look = blob => {
          if (blob && blob.size > 4e5 && quality > .3) canvas.toBlob(look, "image/jpeg", quality -= .2);
          else done(blob);
        };
        look({size: 1e9});
        setTimeout(fail, 2e4);
      };
      Object.assign(picture, {alt: frame.dataset.preview, className: "shot", src: URL.createObjectURL(file)});
    }).then(blob => {
      const swap = new DataTransfer();
      swap.items.add(new File([blob], "photo.jpg", {type: blob.type}));
      if (blob.size < file.size && input.files[0] === file) input.files = swap.files;
    }).catch(() => 0);
  });

  const send = (form, body, tries, free) => {
    const request = new XMLHttpRequest(), bar = add(say(form, "saving"), "progress", {value: 0});
    request.upload.onprogress = e => bar.value = e.loaded / e.total;
    request.onloadend = () => {
      const to = request.getResponseHeader("X-Go");
      if (to) location = to;
      else if (request.status === 503 && tries) setTimeout(send, 4e3, form, body, tries - 1, free);
      else free(say(form, "failed"));
    };
    request.open("POST", form.action);
    request.setRequestHeader("X-Script", "1");
    request.send(body);
  };
  on(window, "submit", e => {
    const form = e.target, button = pressed && pressed.form === form ? pressed : form, sent = form.dataset;
    const photos = all(form, "[data-photo]").filter(f => f.value);
    const offline = "keep" in sent && !navigator.onLine;
    if (offline) say(form, "failed");
    if (offline || sent.sent) return e.preventDefault();
    const free = () => {
      delete sent.sent;
      button.removeAttribute("aria-disabled");
    };
    sent.sent = 1;
    button.setAttribute("aria-disabled", "true");
    if (!photos[0]) return setTimeout(free, 3e3);
    e.preventDefault();
    Promise.all(photos.map(f => f.ready)).then(() => {
      const body = new FormData(form);
      if (button.value) body.append(button.name, button.value);
      send(form, body, 3, free);
    });
  });

  on(d, "click", e => {
    pressed = e.target.closest("button");
    const from = pressed && d.getElementById(pressed.dataset.copy);
    if (!from) return;
    const area = add(pressed.parentNode, "textarea", {value: from.value || from.textContent.trim()});
    area.select();
    if (d.execCommand("copy")) pressed.textContent = pressed.dataset.copied;
    area.remove();
    pressed.focus();
  });

  all(d, "[data-find]").forEach(finder => {
    const input = finder.querySelector("input"), facts = finder.dataset;
    const told = add(finder, "p"), list = add(finder, "ul");
    const later = calm(() => {
      const typed = input.value;
      fetch(`${facts.find}?near=${facts.near}&q=${encodeURIComponent(typed)}`).then(e => e.json()).then(places => {
        if (typed !== input.value) return;
        list.textContent = "";
        told.textContent = places[0] ? facts.found : typed && facts.none;
        places.forEach(place => add(add(list, "li"), "button",
          {className: "quiet", name: facts.key, value: place.code, textContent: place.path}));
      });
    });
    finder.hidden = false;
    told.setAttribute("role", "status");
    on(input, "input", () => later(250));
    on(input, "keydown", e => e.key === "Enter" && e.preventDefault());
  });

  const rows = all(d, "[data-row]");
  if (rows[0]) sessionStorage.rows = [location, ...rows].join(" ");
  const walk = `${sessionStorage.rows}`.split(" "), at = walk.indexOf(`${all(d, "[data-at]")}`);
  if (at > 0) all(d, "[data-key=u]")[0].href = walk[0];
  on(d, "keydown", e => {
    const {key, target} = e, by = {j: 1, k: -1}[key];
    if (e.ctrlKey || e.metaKey || e.altKey || target.closest("input,textarea,select") && !/radio|checkbox/.test(target.type)) return;
    const marked = by ? rows : all(d, "[data-key]").filter(mark => mark.dataset.key === key);
    const to = marked[marked.findIndex(mark => mark.parentNode.contains(target)) + (by || 1)] || marked[0];
    if (to) {
      e.preventDefault();
      to.focus();
      if (to.href && !by && !marked[1]) to.click();
    } else if (by && at > 0) location = walk[at + by] || walk[0];
  });
})();
