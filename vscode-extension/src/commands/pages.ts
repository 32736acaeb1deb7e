// What `ntroc explain` prints, made ready for the editor.

/** A code and what it is about. */
export interface Code {
  readonly code: string;
  readonly title: string;
}

/** The lines of `ntroc explain`: a code, blanks, its title. */
export function codesOf(list: string): Code[] {
  return [...list.matchAll(/^(N\d{4})\s+(.+)$/gm)].map(([, code = "", title = ""]) => ({ code, title: title.trim() }));
}

/** A page as Markdown. Its examples are marked `ntro wrong` and `ntro right`, of which a preview shows nothing: the word goes above them. */
export function page(markdown: string): string {
  return markdown.replace(/^```ntro (wrong|right)(.*)$/gm, (_, word: string) => `**${word === "wrong" ? "Wrong" : "Right"}**\n\n\`\`\`ntro`);
}
