// Show a paragraph with its mentions marked. `api` is this service's address.
export async function highlight(element, api, record, paragraph) {
  const get = async (path) => (await fetch(`${api}/v1/records/${record}/${path}`)).json();
  const { number, text } = await get(`paragraphs/${paragraph}`);
  const mentions = await get(
    `mentions?from=${number}&to=${number}&flatten=outermost&offsets=utf16`,
  );
  const spans = mentions.items
    .flatMap((mention) => mention.segments.map((segment) => ({ ...segment, mention })))
    .filter((span) => span.paragraph === number)
    .sort((a, b) => a.start - b.start);
  let at = 0;
  element.replaceChildren();
  for (const { start, end, mention } of spans) {
    const mark = document.createElement("mark");
    mark.textContent = text.slice(start, end);
    mark.title = mention.entity?.label ?? mention.kind;
    element.append(text.slice(at, start), mark);
    at = end;
  }
  element.append(text.slice(at));
}
