export default {
  title: 'Bees',
  base: '/bees/',
  srcExclude: ['snippets/**'],
  locales: {
    root: { label: 'English', lang: 'en' },
    es: { label: 'Español', lang: 'es' },
    ja: { label: '日本語', lang: 'ja' },
  },
};
