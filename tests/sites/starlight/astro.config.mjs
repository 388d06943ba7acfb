import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';

export default defineConfig({
  site: 'https://example.org',
  base: '/bees',
  integrations: [
    starlight({
      title: 'Bees',
      defaultLocale: 'root',
      locales: {
        root: { label: 'English', lang: 'en' },
        es: { label: 'Español', lang: 'es' },
        ja: { label: '日本語', lang: 'ja' },
      },
      sidebar: [{ label: 'Guide', autogenerate: { directory: 'guide' } }],
    }),
  ],
});
