export default {
  title: 'Bees',
  url: 'https://example.org',
  baseUrl: '/bees/',
  onBrokenLinks: 'throw',
  onBrokenAnchors: 'throw',
  markdown: { hooks: { onBrokenMarkdownLinks: 'throw', onBrokenMarkdownImages: 'throw' } },
  i18n: { defaultLocale: 'en', locales: ['en', 'es', 'ja'] },
  themes: ['@docusaurus/theme-classic'],
  plugins: [
    ['@docusaurus/plugin-content-docs', { routeBasePath: '/' }],
    ['@docusaurus/plugin-content-blog', { onInlineAuthors: 'ignore', onUntruncatedBlogPosts: 'ignore' }],
  ],
  themeConfig: {
    navbar: { title: 'Bees', items: [{ to: '/blog', label: 'Blog' }, { type: 'localeDropdown' }] },
  },
};
