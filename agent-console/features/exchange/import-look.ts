import type { ImportStatus } from '../../../contract/imports.rules'
import type { Tone } from '../../ui/UiChip.vue'

export const importTone: Record<ImportStatus, Tone> = {
  draft: 'neutral',
  checking: 'info',
  checked: 'accent',
  running: 'info',
  done: 'good',
  cancelled: 'neutral',
}
