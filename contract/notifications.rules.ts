import type { WorkingCalendar } from './calendar.rules'

/** What people are told about, in groups that belong together. */
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

/** What of a topic people are told, in the order of `noticeKinds`. */
export const kindsOfTopic = (topic: NoticeTopic): NoticeKind[] =>
  noticeKinds.filter((kind) => topicOf[kind] === topic)

/** What one answers for oneself: it stays in the inbox, whatever was chosen. Other channels are free. */
export const mustHaveKinds: readonly NoticeKind[] = [
  'sla_breached',
  'sla_digest',
  'escalation_raised',
  'escalation_climbed',
  'escalation_handed_over',
  'escalation_referred',
  'escalation_returned',
  'escalation_reopened',
  'escalation_reminded',
]
/** Whether nobody can switch this off. */
export const isLocked = (kind: NoticeKind, channel: NoticeChannel): boolean =>
  channel === 'inbox' && mustHaveKinds.includes(kind)

/** Seen in the inbox when one comes to it; not worth an alarm. */
const calmKinds: readonly NoticeKind[] = ['escalation_accepted', 'import_done']
/** Somebody waits for the person: by mail too, for those who are not at their desk. */
const mailedKinds: readonly NoticeKind[] = [
  'mention',
  'assigned',
  'urged',
  'reopened',
  ...kindsOfTopic('sla'),
  ...kindsOfTopic('escalation').filter((kind) => kind !== 'escalation_accepted'),
  'webhook_disabled',
]
const isOnByDefault: Record<NoticeChannel, (kind: NoticeKind) => boolean> = {
  inbox: () => true,
  browser: (kind) => !calmKinds.includes(kind),
  email: (kind) => mailedKinds.includes(kind),
  // Text messages cost money and reach people everywhere: only who asks for them gets them.
  sms: () => false,
}

export interface NoticePreference {
  kind: NoticeKind
  channel: NoticeChannel
  isOn: boolean
}

/** Whether a person hears of the kind by the channel: as they chose, else the default. */
export const isWanted = (
  chosen: readonly NoticePreference[],
  kind: NoticeKind,
  channel: NoticeChannel,
): boolean =>
  isLocked(kind, channel) ||
  (chosen.find((each) => each.kind === kind && each.channel === channel)?.isOn ??
    isOnByDefault[channel](kind))

/** Every kind and channel: what the person chose, else the default. */
export const preferencesFrom = (chosen: readonly NoticePreference[]): NoticePreference[] =>
  noticeKinds.flatMap((kind) =>
    noticeChannels.map((channel) => ({ kind, channel, isOn: isWanted(chosen, kind, channel) })),
  )

/** How long e-mail and SMS wait for more to go in the same message, in seconds. */
export const gatherSeconds = (kind: NoticeKind): number => (mustHaveKinds.includes(kind) ? 15 : 180)
/** Nobody gets two messages by one channel within so long, but for urgent matters. */
export const messageGapSeconds = 300

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
