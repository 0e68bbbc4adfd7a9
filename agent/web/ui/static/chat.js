// The chat page: shows what the server sends, and sends what a person does. HTML comes from the
// server, where it is escaped; whatever is put in here is put in as text.

window.tastemaker = (element, events, trigger, props, server, watch) => {
  const page = element.querySelector(".tm");
  const find = (selector) => page.querySelector(selector);
  const talk = find(".talk"), scroll = find(".scroll"), box = find("#tm-message");
  const now = { view: 0, user: "", name: "", thread: "", title: "", heard: 0, asked: false };
  const PICTURES_AT_ONCE = 1; // they are painted one by one, and a browser has few connections
  const SENT_AS_IT_IS = ["image/jpeg", "image/png", "image/webp", "image/gif"];
  const LARGEST = 4_000_000; // bytes of a picture that is sent as it is
  const EDGE = 1600; // pixels of a larger one's longer edge
  const QUIET = 10_000; // ms without news of an answer, after which the server is looked for
  const SILENCE = 60_000; // ms without any, after which it is asked for anew
  const DEAF = 15_000; // ms without any news since something was asked
  const PAUSE = 3_000; // ms for which a short word stands

  // What is shown

  function show(view) {
    if (!view || !view.tick || view.ask !== now.view) return;
    now.heard = Date.now();
    now.asked = false;
    if (view.fresh) clear();
    if (view.who) {
      now.user = view.who.user;
      now.name = view.who.name;
    }
    if (view.people !== undefined) find('[data-dialog="people"] form').innerHTML = view.people;
    if (view.welcome !== undefined) find(".greeting").innerHTML = view.welcome;
    if (view.rail !== undefined) showRail(view.rail);
    if (view.accepted) sent();
    for (const turn of view.turns ?? []) showTurn(turn);
    if (view.accepted && now.arriving) toTop("smooth");
    if (view.thread !== undefined) {
      now.thread = view.thread;
      showTitle(view.title);
      page.dataset.shared = view.shared;
      keepAddress();
    }
    if (view.fresh) toTop("auto");
    say(view.notice ?? "");
    setState(view.state);
    if (view.state !== "busy") now.stop = false;
    if (now.stop) stop();
  }

  function setState(state) {
    const was = page.dataset.state;
    page.dataset.state = state;
    page.dataset.empty = !now.thread && state !== "busy";
    talk.setAttribute("aria-busy", state === "busy");
    find(".send").hidden = state === "busy";
    find(".stop").hidden = state !== "busy";
    find(".send").disabled = state !== "idle";
    if (state === "idle" && was !== "idle" && matchMedia("(pointer: fine)").matches) box.focus();
  }

  function showTurn(turn) {
    let shown = [...talk.children].find((one) => one.dataset.turn === turn.id);
    if (!shown) {
      shown = document.createElement("section");
      shown.className = "turn";
      shown.dataset.turn = turn.id;
      talk.append(shown);
    }
    // Part by part, so that what a person opened, or a picture that has loaded, stays as it is.
    const old = new Map([...shown.children].map((part) => [part.dataset.part, part]));
    turn.parts.forEach(([name, html], place) => {
      let part = old.get(name);
      old.delete(name);
      if (!part) {
        part = document.createElement("div");
        part.dataset.part = name;
      }
      if (shown.children[place] !== part) shown.insertBefore(part, shown.children[place] ?? null);
      if (part.source !== html) {
        part.innerHTML = html;
        part.source = html;
        part.querySelectorAll(".cover").forEach((cover) => seen.observe(cover));
      }
    });
    old.forEach((part) => part.remove());
  }

  function toTop(behavior) {
    now.arriving = false;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) behavior = "auto";
    requestAnimationFrame(() => talk.lastElementChild?.scrollIntoView({ behavior }));
  }

  function showRail(html) {
    find(".rail-body").innerHTML = html;
  }

  function showTitle(title) {
    now.title = title;
    find(".title").textContent = title;
    document.title = title ? `${title} · Tastemaker` : "Tastemaker";
  }

  function say(notice) {
    const line = find(".notice");
    line.textContent = notice;
    line.hidden = !notice;
  }

  function toast(text) {
    const line = find(".toast");
    (find("dialog[open]") ?? page).append(line); // a dialog covers all that is not in it
    line.textContent = text;
    line.classList.add("up");
    clearTimeout(now.toast);
    now.toast = setTimeout(() => line.classList.remove("up"), PAUSE);
  }

  // Pictures of items: when they come into view, a few at a time

  const waiting = [];
  const loading = new Map(); // image -> what to do when it is there, or will not be
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        waiting.push(target);
      }
      loadNext();
    },
    { root: scroll, rootMargin: "200px" },
  );

  function loadNext() {
    while (loading.size < PICTURES_AT_ONCE && waiting.length) {
      const cover = waiting.shift();
      const image = cover.querySelector("img");
      if (!image.isConnected) continue;
      const done = (there) => {
        if (!loading.delete(image)) return;
        cover.classList.remove("loading");
        image.hidden = !there;
        loadNext();
      };
      loading.set(image, done);
      cover.classList.add("loading");
      image.addEventListener("load", () => done(true), { once: true });
      image.addEventListener("error", () => done(false), { once: true });
      image.src = image.dataset.src;
    }
  }

  function clear() {
    talk.replaceChildren();
    waiting.length = 0;
    for (const [image, done] of [...loading]) {
      image.removeAttribute("src"); // nobody waits for it any more
      done(false);
    }
  }

  // What is asked for

  function open(user, thread, remember = true) {
    now.view += 1;
    now.user = user;
    now.thread = thread;
    setMenu(false);
    if (remember) keepAddress(true);
    load();
  }

  function load() {
    now.asked = true;
    now.heard = Date.now();
    trigger(events.opened, { view: now.view, user: now.user, thread: now.thread });
  }

  function ask(more) {
    if (page.dataset.state !== "idle") return;
    setState("busy");
    say("");
    now.arriving = !more.retry;
    now.asked = true;
    now.heard = Date.now();
    const last = talk.lastElementChild?.dataset.turn ?? "";
    trigger(events.said, { view: now.view, user: now.user, thread: now.thread, last, ...more });
  }

  function send() {
    const message = box.value.trim();
    if (!message && !now.picture) return;
    now.fromBox = true;
    ask({ message, picture: now.picture?.data ?? "" });
  }

  function sent() {
    if (!now.fromBox) return;
    now.fromBox = false;
    box.value = "";
    keepDraft();
    fit();
    detach();
  }

  async function stop() {
    now.stop = true; // a message that is not taken yet cannot be stopped; the next news tries again
    if (now.thread && (await act("stop")).stopped) now.stop = false;
  }

  async function act(name, more = {}) {
    const about = { user: now.user, thread: now.thread, ...more };
    try {
      return await server[name](about);
    } catch {
      return { problem: "The server does not answer; try again in a moment." };
    }
  }

  async function judge(button) {
    const card = button.closest(".card");
    const pressed = button.getAttribute("aria-pressed") === "true";
    const verdict = pressed ? "cleared" : button.dataset.verdict;
    const body = {
      user: now.name, item_id: card.dataset.item, verdict,
      thread: now.thread, turn: button.closest(".turn").dataset.turn,
    };
    const answer = await fetch("/v1/feedback", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }).catch(() => null);
    if (!answer?.ok) {
      const said = await answer?.json().catch(() => null);
      toast(said?.error?.message ?? "That could not be kept; try again in a moment.");
      return;
    }
    for (const one of talk.querySelectorAll(".card")) {
      if (one.dataset.item !== card.dataset.item) continue;
      for (const other of one.querySelectorAll(".verdict"))
        other.setAttribute("aria-pressed", other.dataset.verdict === verdict);
    }
  }

  // The address holds who asks, and which conversation is open

  function keepAddress(push = false) {
    const query = new URLSearchParams();
    if (now.user) query.set("user", now.user);
    if (now.thread) query.set("thread", now.thread);
    const address = `${location.pathname}${query.size ? `?${query}` : ""}`;
    if (address === location.pathname + location.search) return;
    history[push ? "pushState" : "replaceState"](null, "", address);
  }

  function openAddress() {
    const query = new URLSearchParams(location.search);
    open(query.get("user") ?? "", query.get("thread") ?? "", false);
  }

  // A picture with the message

  async function attach(file) {
    if (!file) return;
    const image = find(".attached img");
    try {
      const plain = SENT_AS_IT_IS.includes(file.type) && file.size <= LARGEST;
      image.src = await read(plain ? file : await shrunk(file));
      await image.decode();
    } catch {
      detach();
      say(`“${file.name}” is no picture that can be read here.`);
      return;
    }
    now.picture = { data: image.src.slice(image.src.indexOf(",") + 1) };
    image.alt = `The picture to send: ${file.name}`;
    find(".attached .name").textContent = file.name;
    find(".attached").hidden = false;
    say("");
    box.focus();
  }

  function detach() {
    now.picture = null;
    find(".attached").hidden = true;
    find(".attached img").removeAttribute("src");
    find("#tm-picture").value = "";
  }

  const read = (file) =>
    new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = reject;
      reader.readAsDataURL(file);
    });

  async function shrunk(file) {
    const whole = await createImageBitmap(file);
    const share = Math.min(1, EDGE / Math.max(whole.width, whole.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(whole.width * share);
    canvas.height = Math.round(whole.height * share);
    canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  }

  // Dialogs

  const dialog = (name) => find(`[data-dialog="${name}"]`);

  function openDialog(name) {
    const one = dialog(name);
    const problem = one.querySelector(".problem");
    if (problem) problem.textContent = "";
    if (name === "rename") find("#tm-title").value = now.title;
    if (name === "share") {
      one.dataset.linked = page.dataset.shared;
      find("#tm-link").value = "";
      if (page.dataset.shared === "true") link();
    }
    setMenu(false);
    one.showModal();
  }

  function failed(name, answer) {
    if (!answer.problem) return false;
    dialog(name).querySelector(".problem").textContent = answer.problem;
    return true;
  }

  async function link() {
    const answer = await act("share");
    if (failed("share", answer)) return "";
    page.dataset.shared = dialog("share").dataset.linked = true;
    find("#tm-link").value = new URL(answer.link, location.href).href;
    return find("#tm-link").value;
  }

  const submitted = {
    async rename() {
      const answer = await act("rename", { title: find("#tm-title").value });
      if (failed("rename", answer)) return;
      showTitle(answer.title);
      showRail(answer.rail);
      dialog("rename").close();
    },
    async delete() {
      const answer = await act("delete");
      if (failed("delete", answer)) return;
      dialog("delete").close();
      toast("The conversation is deleted.");
      open(now.user, "");
    },
    async share() {
      const address = await link();
      if (address && (await copied(address))) toast("The link is copied.");
    },
    async people() {
      await become(find("#person-id").value.trim());
    },
  };

  async function become(user) {
    const answer = await act("be", { user });
    if (failed("people", answer)) return;
    dialog("people").close();
    open(user, "");
  }

  async function unshare() {
    const answer = await act("unshare");
    if (failed("share", answer)) return;
    page.dataset.shared = dialog("share").dataset.linked = false;
    toast("The link leads nowhere any more.");
  }

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Without https a browser may have no clipboard for scripts.
      const field = document.createElement("textarea");
      field.value = text;
      (page.querySelector("dialog[open]") ?? page).append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  async function copyConversation() {
    const answer = await act("transcript");
    if (answer.problem) toast(answer.problem);
    else if (await copied(answer.text)) toast("The conversation is copied.");
  }

  // The rest of the page

  function setMenu(wide) {
    page.classList.toggle("menu", wide);
    find('[data-menu="open"]').setAttribute("aria-expanded", wide);
    if (wide) find('[data-menu="close"]').focus();
  }

  function keepDraft() {
    try {
      sessionStorage.setItem("tm-draft", box.value);
    } catch {} // not kept where a browser keeps nothing
  }

  function fit() {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }

  function toggleTheme() {
    const root = document.documentElement;
    const dark = getComputedStyle(page).colorScheme === "dark" ||
      (getComputedStyle(page).colorScheme !== "light" &&
        matchMedia("(prefers-color-scheme: dark)").matches);
    setTheme(dark ? "light" : "dark");
    try {
      localStorage.setItem("tm-theme", root.dataset.theme);
    } catch {} // not kept where a browser keeps nothing
  }

  function setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    document.body.classList.toggle("dark", theme === "dark");
  }

  const clicked = [
    ["[data-thread]", (link) => open(now.user, link.dataset.thread)],
    ["[data-new]", () => open(now.user, "")],
    ["[data-menu]", (button) => setMenu(button.dataset.menu === "open")],
    ["[data-open]", (button) => openDialog(button.dataset.open)],
    ["[data-close]", (button) => button.closest("dialog").close()],
    ["[data-copy]", copyConversation],
    ["[data-unshare]", unshare],
    ["[data-theme-toggle]", toggleTheme],
    ["[data-attach]", () => find("#tm-picture").click()],
    ["[data-detach]", detach],
    ["[data-stop]", stop],
    [".person", (button) => become(button.dataset.user)],
    [".starter", (button) => ask({ message: button.textContent })],
    [".verdict", judge],
    [".say", (button) =>
      ask({ message: `${button.dataset.say} “${button.closest(".card").dataset.title}”` })],
    [".retry", (button) => ask({ retry: button.closest(".cut").dataset.turn })],
  ];

  page.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a link in a new tab
    for (const [selector, work] of clicked) {
      const target = event.target.closest(selector);
      if (!target) continue;
      event.preventDefault();
      work(target);
      return;
    }
  });
  page.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = event.target.closest("dialog")?.dataset.dialog;
    if (name) submitted[name]();
    else send();
  });
  page.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && page.classList.contains("menu")) {
      setMenu(false);
      find('[data-menu="open"]').focus();
    }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  scroll.addEventListener("scroll", () => (page.dataset.scrolled = scroll.scrollTop > 40));
  box.addEventListener("input", fit);
  box.addEventListener("input", keepDraft);
  box.addEventListener("paste", (event) => {
    const file = [...event.clipboardData.files][0];
    if (!file) return;
    event.preventDefault();
    attach(file);
  });
  find("#tm-picture").addEventListener("change", (event) => attach(event.target.files[0]));
  for (const kind of ["dragover", "dragleave", "drop"])
    find(".desk").addEventListener(kind, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      page.classList.toggle("dropping", kind === "dragover");
      if (kind === "drop") attach(event.dataTransfer.files[0]);
    });
  window.addEventListener("popstate", openAddress);
  setInterval(async () => {
    if (!["busy", "starting"].includes(page.dataset.state)) return;
    const silent = Date.now() - now.heard;
    if (silent < (now.asked ? DEAF : QUIET)) return;
    const there = !now.asked && (await fetch("/healthz").then(() => true, () => false));
    if (there && silent < SILENCE) return;
    if (!there) say("The server does not answer; the page goes on trying.");
    load();
  }, 5_000);

  try {
    const theme = localStorage.getItem("tm-theme");
    if (theme === "light" || theme === "dark") setTheme(theme);
    box.value = sessionStorage.getItem("tm-draft") ?? "";
  } catch {}
  watch("value", () => show(props.value));
  openAddress();
};
