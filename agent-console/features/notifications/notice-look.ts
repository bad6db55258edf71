import {
  AtSign,
  BellRing,
  FileDown,
  Flame,
  Hourglass,
  type LucideIcon,
  MessageCircle,
  UserRoundCheck,
} from '@lucide/vue'
import type { NoticeKind, NoticeTopic } from '../../../contract/notifications.rules'
import type { NotificationView } from '../../../contract/notifications.schema'

const icons: Record<NoticeTopic, LucideIcon> = {
  mention: AtSign,
  assigned: UserRoundCheck,
  citizen: MessageCircle,
  sla: Hourglass,
  escalation: Flame,
  system: FileDown,
}
const grave: readonly NoticeKind[] = ['sla_breached', 'escalation_unacknowledged', 'webhook_disabled']

export const iconOf = (notice: NotificationView): LucideIcon => icons[notice.topic] ?? BellRing
export const isGrave = (notice: NotificationView): boolean => grave.includes(notice.kind)

export interface NoticeDay {
  day: string
  notices: NotificationView[]
}

/** Under the day they came, as given: the newest first. */
export function byDay(notices: readonly NotificationView[]): NoticeDay[] {
  const days: NoticeDay[] = []
  for (const notice of notices) {
    const day = new Date(notice.createdAt).toDateString()
    const last = days.at(-1)
    if (last?.day === day) last.notices.push(notice)
    else days.push({ day, notices: [notice] })
  }
  return days
}

/** The page a notice leads to; null where there is none. */
export function placeOf({ kind, subject, ticketId, topic }: NotificationView): string | null {
  // The matter has its own deadline and steps; its ticket is one click from there.
  if (/^esc_\w+$/.test(subject)) return `/escalations/${subject}`
  if (ticketId) return `/tickets/${ticketId}`
  if (kind === 'webhook_disabled') return '/admin/integrations/webhooks'
  return kind === 'sla_digest' || topic === 'system' ? '/tickets' : null
}
