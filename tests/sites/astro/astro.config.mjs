import mdx from '@astrojs/mdx';
import { defineConfig } from 'astro/config';

export default defineConfig({
  site: 'https://example.org',
  base: '/bees',
  i18n: { defaultLocale: 'en', locales: ['en', 'es', 'ja'] },
  integrations: [mdx()],
});
