import type { StatusWords } from '../../../contract/ticket-settings.schema'
import type { TicketStatus } from '../../../contract/tickets.rules'
import type { RequestStage } from '../../../contract/visitors.rules'
import { currentLang, t } from './i18n'

interface Standing {
  stage: RequestStage
  status: TicketStatus
  statusLabel: StatusWords | null
}

/** A conversation that is on, and a place given up, are no statuses of the ticket. */
const ofTicket: readonly RequestStage[] = ['asked', 'open', 'done']

/** How it stands, in the administrator's words where they gave the status some. */
export function stageText({ stage, status, statusLabel }: Standing): string {
  if (statusLabel && ofTicket.includes(stage))
    return currentLang() === 'en' ? statusLabel.labelEn : statusLabel.label
  return status === 'resolved' && stage === 'done' ? t('follow.toConfirm') : t(`stage.${stage}`)
}
