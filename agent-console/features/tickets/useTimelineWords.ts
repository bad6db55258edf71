import { useI18n } from 'vue-i18n'
import type { TimelineEntry } from '../../../contract/tickets.schema'
import type { TimelineItem } from '../../ui/UiTimeline.vue'
import { changedFields, durationText, fact, keyOf, lookOf, qualityOf } from './timeline-words'

export interface TicketTimelineItem extends TimelineItem {
  entry: TimelineEntry
  /** Who did it. */
  who: string
}

/** Turns events into sentences. */
export function useTimelineWords() {
  const { t, te, n, d } = useI18n()
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const

  function actorOf({ actor }: TimelineEntry): string {
    if (actor.kind === 'visitor') return actor.name || t('consultation.citizen')
    return actor.kind === 'system' && !actor.name ? t('tickets.system') : (actor.name ?? '')
  }

  function titleOf(entry: TimelineEntry): string {
    const key = `tickets.events.${keyOf(entry.type)}`
    if (!te(key)) return entry.type
    const person = fact(entry, 'person')
    return t(key, {
      agent: fact(entry, 'agentName') || fact(entry, 'assigneeName') || actorOf(entry),
      from: fact(entry, 'fromName') || fact(entry, 'fromDepartmentName'),
      to: fact(entry, 'toName') || fact(entry, 'toDepartmentName'),
      department: fact(entry, 'waitingDepartmentName') || t('tickets.page.anotherDepartment'),
      until: typeof entry.data.holdUntil === 'number' ? d(new Date(entry.data.holdUntil), 'short') : '',
      result: te(`tickets.results.${fact(entry, 'result') || 'none'}`)
        ? t(`tickets.results.${fact(entry, 'result') || 'none'}`)
        : '',
      name: fact(entry, 'name'),
      number:
        fact(entry, 'intoNumber') ||
        fact(entry, 'newNumber') ||
        fact(entry, 'otherNumber') ||
        fact(entry, 'number'),
      who: t(person.startsWith('visitor') ? 'consultation.citizen' : 'tickets.anAgent'),
      stars: fact(entry, 'stars'),
      clock: te(`sla.kinds.${fact(entry, 'kind')}`) ? t(`sla.kinds.${fact(entry, 'kind')}`) : '',
      percent: fact(entry, 'percent'),
      level: te(`sla.levels.${fact(entry, 'level')}`) ? t(`sla.levels.${fact(entry, 'level')}`) : '',
      action: te(`sla.actions.${fact(entry, 'action')}`) ? t(`sla.actions.${fact(entry, 'action')}`) : '',
      count: fact(entry, 'count'),
      how: te(`tickets.invitations.${fact(entry, 'kind')}`)
        ? t(`tickets.invitations.${fact(entry, 'kind')}`)
        : '',
    })
  }

  /** What was changed, a line each. */
  function changesOf(entry: TimelineEntry): string[] {
    const words = (value: unknown, field: string): string => {
      if (value === null || value === undefined || value === '') return t('common.none')
      if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
      return field === 'priority' ? t(`tickets.priorities.${value}`) : String(value)
    }
    return changedFields(entry).map((change) => {
      const key = `tickets.changed.${change.field}`
      const field = change.label || (te(key) ? t(key) : change.field)
      if (change.field === 'description') return field
      const before = words(change.beforeName ?? change.before, change.field)
      const after = words(change.afterName ?? change.after, change.field)
      return t('common.pair', { name: field, value: `${before} → ${after}` })
    })
  }
  function tagsOf(entry: TimelineEntry): string {
    const list = (name: string, sign: string) => {
      const value = entry.data[name]
      return entry.type === 'ticket.tagged' && Array.isArray(value) ? value.map((tag) => `${sign}${tag}`) : []
    }
    return [...list('added', '+'), ...list('removed', '−')].join('  ')
  }

  function qualityText(entry: TimelineEntry): string[] {
    return qualityOf(entry).map((each) =>
      t('tickets.quality', {
        side: t(each.side === 'visitor' ? 'consultation.citizen' : 'tickets.anAgent'),
        width: each.width,
        height: each.height,
        loss: n(Math.round(each.lossPercent * 10) / 10),
        ms: Math.round(each.roundTripMs),
        reconnects: each.reconnects,
        transport: t(`call.quality.transports.${each.transport}`),
      }),
    )
  }

  function escalationLines(entry: TimelineEntry): string[] {
    const outcome = `escalations.outcomes.${fact(entry, 'outcome')}`
    return [
      te(outcome) ? t(outcome) : '',
      fact(entry, 'why'),
      fact(entry, 'result'),
      fact(entry, 'nextAction'),
    ]
  }

  function detailOf(entry: TimelineEntry): string {
    const seconds = entry.data.seconds ?? entry.data.waitedSeconds
    const reason = fact(entry, 'reason')
    const channel = fact(entry, 'channel')
    const lines = [
      typeof seconds === 'number'
        ? t(entry.type === 'consultation.accepted' ? 'tickets.waited' : 'tickets.lasted', {
            time: durationText(seconds),
          })
        : '',
      entry.type === 'consultation.queued' && channel ? t(`desk.channels.${channel}`) : '',
      entry.type === 'consultation.changed' && channel
        ? t(`tickets.channelNow`, { channel: t(`desk.channels.${channel}`) })
        : '',
      te(`consultation.outcomes.${fact(entry, 'outcome')}`)
        ? t(`consultation.outcomes.${fact(entry, 'outcome')}`)
        : '',
      ...(entry.type.startsWith('escalation.') ? escalationLines(entry) : []),
      fact(entry, 'topic'),
      fact(entry, 'body'),
      fact(entry, 'note'),
      te(`tickets.reasons.${reason}`)
        ? t(`tickets.reasons.${reason}`)
        : te(`escalations.why_.${reason}`)
          ? t(`escalations.why_.${reason}`)
          : reason,
      fact(entry, 'comment'),
      tagsOf(entry),
      ...changesOf(entry),
      entry.type.startsWith('sla.') && entry.data.isLate ? t('sla.noticedLate') : '',
      ...qualityText(entry),
    ]
    return lines.filter(Boolean).join('\n')
  }

  return (entry: TimelineEntry): TicketTimelineItem => ({
    id: String(entry.seq),
    at: entry.at,
    title: titleOf(entry),
    actor: `${d(new Date(entry.at), clock)} · ${actorOf(entry)}`,
    detail: detailOf(entry),
    ...lookOf(entry.type),
    who: actorOf(entry),
    entry,
  })
}
