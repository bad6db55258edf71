import { useI18n } from 'vue-i18n'
import type { RouteLocationRaw } from 'vue-router'
import type { NotificationView } from '../../../contract/notifications.schema'

const text = (notice: NotificationView, fact: string): string => String(notice.facts[fact] ?? '')

/** What a notice says, and where it leads. */
export function useNoticeWords() {
  const { t } = useI18n()

  const titleOf = (notice: NotificationView): string =>
    t(`notifications.kinds.${notice.kind}`, {
      actor: text(notice, 'actor') || t('notifications.someone'),
      level: text(notice, 'level'),
      count: text(notice, 'count'),
    })
  /** The ticket it is about. */
  const aboutOf = (notice: NotificationView): string =>
    [text(notice, 'number'), text(notice, 'title')].filter(Boolean).join(' · ')
  const saidOf = (notice: NotificationView): string => text(notice, 'text')
  const placeOf = (notice: NotificationView): RouteLocationRaw | null => {
    // The matter has its own deadline and steps; its ticket is one click from there.
    if (/^esc_\w+$/.test(notice.subject)) return `/escalations/${notice.subject}`
    if (notice.ticketId) return `/tickets/${notice.ticketId}`
    if (notice.kind === 'webhook_disabled') return '/admin/integrations/webhooks'
    return notice.kind === 'sla_digest' || notice.topic === 'system' ? '/tickets' : null
  }
  return { titleOf, aboutOf, saidOf, placeOf }
}
