/** Texts of strangers that have done harm where they were printed as they came. */
export const HOSTILE: Readonly<Record<string, string>> = {
  'a colour and a cleared screen': '\u001b[31mred\u001b[2J',
  'a link of a terminal (OSC 8)': '\u001b]8;;http://evil.example\u0007click\u001b]8;;\u0007',
  'a sequence that begins with a C1 control': '\u009b2Jgone\u0090q\u009c',
  'a NUL and a backspace': 'a\u0000b\u0008\u007f',
  'a command for GitHub on a line of its own': 'x\n::error file=a.ts,line=1::injected',
  'a command for GitHub': '::stop-commands::token',
  'a command for GitHub after blanks': '\u00a0 \t::add-mask::x',
  'an old command for GitHub': 'x ##[error]injected',
  'a command for Azure': 'x ##vso[task.setvariable variable=a]b',
  'a command for TeamCity': "##teamcity[buildStatus status='SUCCESS']",
  'a carriage return': 'error\rclean, 0 errors',
  'a line of ours': 'x\n1 subject checked, 0 errors, 0 warnings.',
  'marks that turn the direction': 'admin\u202e \u2066// if\u2069 \u2066',
  'letters that nobody sees': 'us\u200ber\ufeff\u00ad\u2060',
  tags: 'ok\u{e0041}\u{e0042}\u{e007f}',
  'line ends of Unicode': 'a\u2028::warning::b\u2029c\u0085d',
  'lone surrogates': 'a\ud800b\udc00c',
  'what XML cannot hold': 'a\ufffe\uffff\u000bb',
  'the end of a comment': 'a */ process.exit(1) /* b',
  markup: `"><failure/>]]>&quot;<!--'`,
  'a link of SARIF': '[fine](http://evil.example)',
  'the end of a template': `\`\${process.exit(1)}\``,
  'percent signs': '%0A::error::x%25',
};

/** All of them at once. */
export const ALL_HOSTILE: string = Object.values(HOSTILE).join(' ');

/** Controls, format characters, separators and lone surrogates, but for the joiners, newlines and tabs. */
const UNSEEN = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/u;

/** What a terminal or a runner would act on in a text; empty when it is safe. */
export function harmIn(text: string, { commands = false } = {}): string[] {
  const unseen = UNSEEN.exec(text);
  const lines = text.split('\n');
  return [
    ...(unseen === null ? [] : [`U+${unseen[0].codePointAt(0)?.toString(16)} at ${unseen.index}`]),
    ...lines.filter((line) => !commands && line.trimStart().startsWith('::')),
    ...lines.filter((line) => !commands && /##\w*\[/.test(line)),
  ];
}
