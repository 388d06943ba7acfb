export default {
  title: 'Bees',
  base: '/bees/',
  srcExclude: ['snippets/**'],
  // The menu of languages leads to a page of the language that is sure to be there.
  themeConfig: { i18nRouting: false },
  locales: {
    root: { label: 'English', lang: 'en' },
    es: { label: 'Español', lang: 'es' },
    ja: { label: '日本語', lang: 'ja' },
  },
};
