import { useI18n } from 'vue-i18n'
import type { NotificationView } from '../../../contract/notifications.schema'

const text = (notice: NotificationView, fact: string): string => String(notice.facts[fact] ?? '')

/** What a notice says. */
export function useNoticeWords() {
  const { t } = useI18n()

  const titleOf = (notice: NotificationView): string =>
    t(`notifications.kinds.${notice.kind}`, {
      actor: text(notice, 'actor') || t('notifications.someone'),
      level: text(notice, 'level'),
      count: Number(notice.facts.count ?? 0),
    })
  /** The ticket it is about. */
  const aboutOf = (notice: NotificationView): string =>
    [text(notice, 'number'), text(notice, 'title')].filter(Boolean).join(' · ')
  const saidOf = (notice: NotificationView): string => text(notice, 'text')
  return { titleOf, aboutOf, saidOf }
}
