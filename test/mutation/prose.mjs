/**
 * Words for people are not mutated: templates, and literals with a space in them. Snapshots hold them, and a
 * test of each sentence would say the sentence twice. Codes, kinds and names are.
 */
const prose = {
  shouldIgnore({ node }) {
    const words =
      node.type === 'TemplateLiteral' || (node.type === 'StringLiteral' && /\s/.test(node.value));
    return words ? 'words for people' : undefined;
  },
};

export const strykerPlugins = [{ kind: 'Ignore', name: 'prose', value: prose }];
