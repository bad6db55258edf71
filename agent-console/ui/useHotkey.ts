import { useEventListener } from '@vueuse/core'
import { type MaybeRefOrGetter, toValue } from 'vue'
import { matchesKeys } from './keys'

interface HotkeyOptions {
  enabled?: MaybeRefOrGetter<boolean>
  /** Also while typing. Combinations with mod or alt always are. */
  inInputs?: boolean
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

/** Binds a key combination for as long as the calling scope lives, for example `useHotkey('alt+m', toggleMute)`. */
export function useHotkey(
  keys: string,
  run: (event: KeyboardEvent) => void,
  options: HotkeyOptions = {},
): void {
  const whileTyping = options.inInputs || /(^|\+)(mod|alt)\+/.test(keys)
  useEventListener(document, 'keydown', (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return
    if (!whileTyping && isTyping(event)) return
    if (!toValue(options.enabled ?? true) || !matchesKeys(event, keys)) return
    event.preventDefault()
    run(event)
  })
}
