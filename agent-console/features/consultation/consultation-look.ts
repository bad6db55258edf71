import type { ConsultationStatus } from '../../../contract/consultations.rules'
import type { DocumentStatus } from '../../../contract/documents.rules'
import type { Tone } from '../../ui/UiChip.vue'

/** Tones of states; their words are `consultation.statuses.*` and `consultation.receipts.*`. */
export const statusTone: Record<ConsultationStatus, Tone> = {
  expected: 'info',
  waiting: 'warn',
  active: 'accent',
  wrap_up: 'info',
  closed: 'good',
  abandoned: 'neutral',
  deferred: 'warn',
}

export const receiptTone: Record<DocumentStatus, Tone> = {
  sent: 'neutral',
  delivered: 'info',
  opened: 'accent',
  downloaded: 'good',
  recalled: 'neutral',
}
