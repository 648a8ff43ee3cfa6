// What a careful reader would find fault with on a page: read by tests, in the page.
() => {
  const faults = [];

  // Colours that cannot be told apart (WCAG 2.2 AA, 1.4.3).
  const channel = (value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const light = ([red, green, blue]) =>
    0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  const parsed = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const found = parsed(getComputedStyle(each).backgroundColor);
      if (found.length < 4 || found[3] === 1) return found.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const words = texts.currentNode.textContent.trim();
    if (!words || !element.checkVisibility() || element.closest(".visually-hidden, .skip")) continue;
    const style = getComputedStyle(element);
    const [one, two] = [light(parsed(style.color).slice(0, 3)), light(ground(element))];
    const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (isLarge ? 3 : 4.5)) {
      faults.push(`contrast ${contrast.toFixed(2)}: ${words.slice(0, 40)}`);
    }
  }

  // Names and structure.
  const count = (selector) => document.querySelectorAll(selector).length;
  if (count("h1") !== 1) faults.push(`${count("h1")} headings of the first rank`);
  if (count("main") !== 1) faults.push("no main landmark");
  if (!document.documentElement.lang) faults.push("no language");
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  faults.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `id twice: ${id}`));
  for (const field of document.querySelectorAll("input:not([type=hidden]), select")) {
    if (!field.labels.length) faults.push(`no label: ${field.name}`);
  }
  for (const press of document.querySelectorAll("a, button")) {
    if (!press.textContent.trim()) faults.push(`nothing to read on ${press.outerHTML.slice(0, 80)}`);
  }
  for (const picture of document.querySelectorAll("img")) {
    if (!picture.alt) faults.push("a picture without words");
  }
  for (const named of document.querySelectorAll("[aria-labelledby], [aria-describedby]")) {
    const wanted = `${named.getAttribute("aria-labelledby") || ""} ${named.getAttribute("aria-describedby") || ""}`;
    for (const id of wanted.split(/\s+/).filter(Boolean)) {
      if (!document.getElementById(id)) faults.push(`names nothing: ${id}`);
    }
  }
  for (const form of document.querySelectorAll("form[method=post]")) {
    if (!form.querySelector("[name=csrf]")?.value && !form.querySelector("[name=token]")) {
      faults.push(`a form without its token: ${form.action}`);
    }
  }

  // What the browser would not have run anyway, but nobody should write.
  // (The charts move their parts by properties, which shows as an attribute but is none.)
  const inline = "[style]:not(.plot *), [onclick], [onload], [onerror], script:not([src]), style";
  if (count(inline)) faults.push("something inline");

  // Nothing sticks out, whatever the screen.
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide > 0) faults.push(`${wide} px wider than the screen`);
  if (window.hurt !== undefined) faults.push("somebody else's script ran");
  return faults;
}
