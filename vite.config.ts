import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type UserConfig } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** `npm run dev`: pages come through the API, on its origin; only the news of a change comes straight from here. */
const devServer = (part: string, portName: string): UserConfig => {
  const port = Number(process.env[portName] ?? 0)
  const allow = ['agent-console', 'citizen-widget', 'contract', 'call-session', 'node_modules']
  return {
    cacheDir: at(`./node_modules/.vite/${part}`),
    server: {
      host: '127.0.0.1',
      port,
      strictPort: true,
      hmr: { host: '127.0.0.1', clientPort: port },
      fs: { allow: allow.map((folder) => at(`./${folder}`)) },
    },
  }
}

/** Oldest browsers that Tailwind 4 and WebRTC as we use it both support. */
const target = ['chrome111', 'firefox128', 'safari16.4']

// vue-i18n's switches: composition API only, and no `new Function`, which our CSP forbids.
const define = {
  __VUE_I18N_LEGACY_API__: 'false',
  __VUE_I18N_FULL_INSTALL__: 'false',
  __INTLIFY_JIT_COMPILATION__: 'true',
  __INTLIFY_PROD_DEVTOOLS__: 'false',
  __VUE_OPTIONS_API__: 'false',
}

// The CSP is script-src 'self': nothing may be inlined, neither scripts nor data: modules.
const page = { target, manifest: true, assetsInlineLimit: 0, emptyOutDir: true, sourcemap: false }

const modes: Record<string, () => UserConfig> = {
  console: () => ({
    root: at('./agent-console'),
    base: '/console/',
    define,
    plugins: [vue(), tailwindcss()],
    build: { ...page, outDir: at('./dist/console') },
    ...devServer('console', 'DEV_CONSOLE_PORT'),
  }),
  panel: () => ({
    root: at('./citizen-widget/panel'),
    base: '/panel/',
    define: { __VUE_OPTIONS_API__: 'false' },
    plugins: [vue()],
    build: { ...page, outDir: at('./dist/panel') },
    ...devServer('panel', 'DEV_PANEL_PORT'),
  }),
  loader: () => ({
    root: at('./citizen-widget'),
    publicDir: false,
    build: {
      target,
      outDir: at('./dist/loader'),
      emptyOutDir: true,
      rollupOptions: {
        input: at('./citizen-widget/loader.ts'),
        output: { format: 'iife', entryFileNames: 'widget.js' },
      },
      modulePreload: false,
    },
  }),
}

// Any other mode is a test run: the plugins only.
export default defineConfig(({ mode }) => modes[mode]?.() ?? { define, plugins: [vue()] })
