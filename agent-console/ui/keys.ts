const isApple = /Mac|iPhone|iPad/.test(navigator.platform)

const names: Record<string, string> = {
  mod: isApple ? '⌘' : 'Ctrl',
  alt: isApple ? '⌥' : 'Alt',
  shift: isApple ? '⇧' : 'Shift',
  enter: '↵',
  escape: 'Esc',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  space: '␣',
}

/** `mod+k` → `⌘K` on Apple, `Ctrl+K` elsewhere. */
export function formatKeys(keys: string): string {
  const parts = keys.split('+').map((part) => names[part] ?? part.toUpperCase())
  return parts.join(isApple ? '' : '+')
}

/** `mod+k` → `Meta+K` or `Control+K`, the form `aria-keyshortcuts` wants. */
export function ariaKeys(keys: string): string {
  const aria: Record<string, string> = {
    mod: isApple ? 'Meta' : 'Control',
    alt: 'Alt',
    shift: 'Shift',
    enter: 'Enter',
  }
  return keys
    .split('+')
    .map(
      (part) =>
        aria[part] ?? (part.length === 1 ? part.toUpperCase() : part[0]?.toUpperCase() + part.slice(1)),
    )
    .join('+')
}

const codes: Record<string, string> = {
  escape: 'Escape',
  enter: 'Enter',
  space: 'Space',
  up: 'ArrowUp',
  down: 'ArrowDown',
  left: 'ArrowLeft',
  right: 'ArrowRight',
  '/': 'Slash',
  ',': 'Comma',
  '.': 'Period',
}

/**
 * Whether a keyboard event is the given combination. Letters and digits are compared by physical
 * key, because Alt on a Mac and Chinese input methods change `event.key`.
 */
export function matchesKeys(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split('+')
  const key = parts[parts.length - 1] ?? ''
  const modHeld = isApple ? event.metaKey : event.ctrlKey
  if (modHeld !== parts.includes('mod')) return false
  if (event.altKey !== parts.includes('alt')) return false
  if (event.shiftKey !== parts.includes('shift') && key !== '?') return false
  if (/^[a-z]$/.test(key)) return event.code === `Key${key.toUpperCase()}`
  if (/^\d$/.test(key)) return event.code === `Digit${key}`
  return event.code === codes[key] || event.key === key
}
