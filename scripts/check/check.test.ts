import { expect, test } from 'vitest'
import { findForbidden } from './forbidden.mjs'
import { panelFiles } from './sizes.mjs'
import { flatten, placeholders, usedKeys } from './translations.mjs'

test('forbidden text is found where its rule applies, and only there', () => {
  const wait = `await page.${['waitFor', 'Timeout'].join('')}(5)`
  expect(findForbidden('e2e/call.spec.ts', wait)).toHaveLength(1)
  expect(findForbidden('docs/notes.md', wait)).toHaveLength(0)
  const clock = `const now = Date.${'now'}()`
  expect(findForbidden('api/features/a/a.usecases.ts', clock)).toHaveLength(1)
  expect(findForbidden('api/lib/clock.ts', clock)).toHaveLength(0)
})

test('the call code is what a call adds to the first open', () => {
  const manifest = {
    'index.html': { file: 'main.js', isEntry: true, imports: ['_shared.js'], css: ['main.css'] },
    '_shared.js': { file: 'shared.js' },
    '../call/CallScreen.vue': {
      file: 'call.js',
      isDynamicEntry: true,
      imports: ['_shared.js', '_livekit.js'],
    },
    '_livekit.js': { file: 'livekit.js' },
    'Reading.vue': { file: 'reading.js', isDynamicEntry: true },
  }
  const { first, call } = panelFiles(manifest)
  expect(first).toEqual(['main.js', 'main.css', 'shared.js'])
  expect(call).toEqual(['call.js', 'livekit.js'])
})

test('translation keys: nested, used, and with the same holes', () => {
  expect(flatten({ a: { 'b.c': 'x' }, d: 'y' })).toEqual([
    ['a.b.c', 'x'],
    ['d', 'y'],
  ])
  expect(usedKeys(`t('a.b') $t("c.d", 2) split('x') <i18n-t keypath="e.f"> titleKey: 'g.h'`)).toEqual([
    'a.b',
    'c.d',
    'e.f',
    'g.h',
  ])
  expect(placeholders('{b} und {a} und {b}')).toEqual(['a', 'b'])
})
