import {
  kindsOfTopic,
  type NoticeChannel,
  type NoticeKind,
  type NoticePreference,
  type NoticeTopic,
  noticeChannels,
} from '../../../contract/notifications.rules'
import type { NoticeSettings } from '../../../contract/notifications.schema'

/** Channels this installation can use at all. */
export const channelsOf = (settings: NoticeSettings): NoticeChannel[] =>
  noticeChannels.filter(
    (channel) =>
      (channel !== 'email' || settings.isMailAvailable) && (channel !== 'sms' || settings.isSmsAvailable),
  )

const cellOf = (settings: NoticeSettings, kind: NoticeKind, channel: NoticeChannel) =>
  settings.preferences.find((each) => each.kind === kind && each.channel === channel)

/** What has to be done before the channel can be chosen. */
export type Gap = 'needsEmail' | 'needsPhone' | 'needsInbox'

/** Why none of these kinds can be told by the channel; null where one can. The browser shows what the inbox has. */
export const gapOf = (
  settings: NoticeSettings,
  kinds: readonly NoticeKind[],
  channel: NoticeChannel,
): Gap | null => {
  if (channel === 'email' && !settings.email) return 'needsEmail'
  if (channel === 'sms' && !settings.phone) return 'needsPhone'
  const isShown = (kind: NoticeKind) => cellOf(settings, kind, 'inbox')?.isOn ?? false
  return channel === 'browser' && !kinds.some(isShown) ? 'needsInbox' : null
}

const possible = (settings: NoticeSettings, topic: NoticeTopic, channel: NoticeChannel) =>
  kindsOfTopic(topic).filter((kind) => gapOf(settings, [kind], channel) === null)

/** Whether all, some or none of a group are told by the channel. */
export const groupState = (
  settings: NoticeSettings,
  topic: NoticeTopic,
  channel: NoticeChannel,
): 'all' | 'some' | 'none' => {
  const kinds = kindsOfTopic(topic)
  const on = kinds.filter((kind) => cellOf(settings, kind, channel)?.isOn)
  return on.length === 0 ? 'none' : on.length === kinds.length ? 'all' : 'some'
}

/** A press on the group: all on, or, where all are, all off that can be. */
export const groupChange = (
  settings: NoticeSettings,
  topic: NoticeTopic,
  channel: NoticeChannel,
): NoticePreference[] => {
  const free = possible(settings, topic, channel).filter(
    (kind) => cellOf(settings, kind, channel)?.isLocked === false,
  )
  const isOn = free.some((kind) => !cellOf(settings, kind, channel)?.isOn)
  return free.map((kind) => ({ kind, channel, isOn }))
}

/** The settings as they will be when the choice is saved. */
export const withChoices = (
  settings: NoticeSettings,
  chosen: readonly NoticePreference[],
): NoticeSettings => ({
  ...settings,
  preferences: settings.preferences.map((cell) => ({
    ...cell,
    isOn: chosen.find((each) => each.kind === cell.kind && each.channel === cell.channel)?.isOn ?? cell.isOn,
  })),
})
