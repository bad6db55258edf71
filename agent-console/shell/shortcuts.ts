import { ref } from 'vue'
import { stageKeys } from '../features/call/stage-keys'

/** Whether the list of keys is shown. */
export const isShortcutsOpen = ref(false)

export interface Shortcut {
  /** Its words are `shell.shortcuts.does.<id>`. */
  id: string
  /** As in `useHotkey`; several where either does it. */
  keys: readonly string[]
}
interface ShortcutGroup {
  id: 'everywhere' | 'ringing' | 'call' | 'ticket' | 'list' | 'tracker'
  shortcuts: readonly Shortcut[]
}

const one = (id: string, ...keys: string[]): Shortcut => ({ id, keys })

/** Every key of the console, by where it works; docs/agent-keys.md says the same on paper. */
export const shortcutGroups: readonly ShortcutGroup[] = [
  {
    id: 'everywhere',
    shortcuts: [
      one('palette', 'mod+k'),
      one('sections', 'alt+1', 'alt+9'),
      one('admin', 'alt+0'),
      one('notices', 'alt+n'),
      one('settings', 'mod+,'),
      one('close', 'escape'),
      one('help', '?'),
    ],
  },
  {
    id: 'ringing',
    shortcuts: [one('accept', 'a', 'alt+a'), one('decline', 'alt+d'), one('walk', 'j', 'k')],
  },
  {
    id: 'call',
    shortcuts: [
      ...Object.entries(stageKeys).map(([id, keys]) => one(id, keys)),
      one('finishWrapUp', 'mod+enter'),
    ],
  },
  {
    id: 'ticket',
    shortcuts: [
      one('reply', 'r'),
      one('note', 'n'),
      one('status', 's'),
      one('assign', 'a'),
      one('department', 'd'),
      one('priority', 'p'),
      one('tags', 't'),
      one('edit', 'e'),
      one('send', 'mod+enter'),
    ],
  },
  {
    id: 'list',
    shortcuts: [
      one('search', '/'),
      one('walk', 'j', 'k'),
      one('choose', 'x'),
      one('filter', 'f'),
      one('view', 'v'),
      one('create', 'n'),
      one('save', 'mod+s'),
    ],
  },
  {
    id: 'tracker',
    shortcuts: [
      one('walk', 'j', 'k'),
      one('take', 'a'),
      one('nextStep', 's'),
      one('settle', 'c'),
      one('refer', 'r'),
    ],
  },
]
