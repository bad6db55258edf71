import type { WorkingCalendar } from './calendar.rules'

/** What people are told about, as they switch it on and off. */
export const noticeTopics = ['mention', 'assigned', 'citizen', 'sla', 'escalation', 'system'] as const
export type NoticeTopic = (typeof noticeTopics)[number]

export const noticeChannels = ['inbox', 'browser', 'email', 'sms'] as const
export type NoticeChannel = (typeof noticeChannels)[number]

export const noticeKinds = [
  'mention',
  'assigned',
  'added',
  'citizen_replied',
  'urged',
  'reopened',
  'sla_warned',
  'sla_breached',
  'sla_step',
  'sla_digest',
  'escalation_raised',
  'escalation_climbed',
  'escalation_unacknowledged',
  'escalation_handed_over',
  'escalation_referred',
  'escalation_refused',
  'escalation_returned',
  'escalation_accepted',
  'escalation_reopened',
  'escalation_reminded',
  'export_ready',
  'import_done',
  'webhook_disabled',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

const topicOf: Record<NoticeKind, NoticeTopic> = {
  mention: 'mention',
  assigned: 'assigned',
  added: 'assigned',
  citizen_replied: 'citizen',
  urged: 'citizen',
  reopened: 'citizen',
  sla_warned: 'sla',
  sla_breached: 'sla',
  sla_step: 'sla',
  sla_digest: 'sla',
  escalation_raised: 'escalation',
  escalation_climbed: 'escalation',
  escalation_unacknowledged: 'escalation',
  escalation_handed_over: 'escalation',
  escalation_referred: 'escalation',
  escalation_refused: 'escalation',
  escalation_returned: 'escalation',
  escalation_accepted: 'escalation',
  escalation_reopened: 'escalation',
  escalation_reminded: 'escalation',
  export_ready: 'system',
  import_done: 'system',
  webhook_disabled: 'system',
}
export const topicOfKind = (kind: NoticeKind): NoticeTopic => topicOf[kind]

const onByDefault: Record<NoticeChannel, readonly NoticeTopic[]> = {
  inbox: noticeTopics,
  browser: ['mention', 'assigned', 'citizen', 'sla', 'escalation'],
  email: ['sla', 'escalation'],
  sms: [],
}

export interface NoticePreference {
  topic: NoticeTopic
  channel: NoticeChannel
  isOn: boolean
}

/** Every topic and channel: what the person chose, else the default. */
export const preferencesFrom = (chosen: readonly NoticePreference[]): NoticePreference[] =>
  noticeTopics.flatMap((topic) =>
    noticeChannels.map((channel) => ({
      topic,
      channel,
      isOn:
        chosen.find((each) => each.topic === topic && each.channel === channel)?.isOn ??
        onByDefault[channel].includes(topic),
    })),
  )

/** When nobody wants to be alarmed: outside working time, between two times of the clock, or never. */
export const quietModes = ['off_work', 'hours', 'never'] as const
export type QuietMode = (typeof quietModes)[number]

/** A person's quiet time; `from` and `to` (`HH:MM`, where the person works) count in mode `hours`. */
export interface QuietTime {
  mode: QuietMode
  from: string
  to: string
  /** Whether matters from `urgentLevel` on get through all the same. */
  isUrgentLoud: boolean
}
/** Nobody is alarmed at night who did not ask for it. */
export const defaultQuiet: QuietTime = { mode: 'off_work', from: '22:00', to: '07:00', isUrgentLoud: false }
export const urgentLevel = 3

/** The hours of every day that are not quiet, as a calendar works; quiet time may pass midnight. */
export const loudHours = (
  { from, to }: Pick<QuietTime, 'from' | 'to'>,
  timeZone: string,
): WorkingCalendar => {
  const spans = (
    from < to
      ? [
          { from: '00:00', to: from },
          { from: to, to: '24:00' },
        ]
      : [{ from: to, to: from }]
  ).filter((span) => span.from < span.to)
  return { timeZone, week: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, spans })), exceptions: [] }
}
