import { HtmlBasePlugin, IdAttributePlugin, InputPathToUrlTransformPlugin } from '@11ty/eleventy';

export default function (config) {
  config.addPlugin(HtmlBasePlugin);
  config.addPlugin(IdAttributePlugin);
  config.addPlugin(InputPathToUrlTransformPlugin);
  config.addPassthroughCopy('src/img');
  config.addGlobalData('layout', 'page.njk');
  return { dir: { input: 'src', output: '_site' }, pathPrefix: '/bees/' };
}
