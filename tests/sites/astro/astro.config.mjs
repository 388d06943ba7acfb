import mdx from '@astrojs/mdx';
import { defineConfig } from 'astro/config';

export default defineConfig({
  site: 'https://example.org',
  base: '/bees',
  // Ids of headings as Astro 6 and later make them.
  experimental: { headingIdCompat: true },
  i18n: { defaultLocale: 'en', locales: ['en', 'es', 'ja'] },
  integrations: [mdx()],
});
