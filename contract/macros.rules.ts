import {
  type AgentCommand,
  agentCommands,
  maxHoldDays,
  maxTagLength,
  type TicketPriority,
  ticketPriorities,
} from './tickets.rules'

export const macroActions = ['status', 'priority', 'add_tag', 'remove_tag', 'assign', 'department'] as const
export type MacroAction = (typeof macroActions)[number]
export interface MacroStep {
  action: MacroAction
  value: string
}

export const placeholders = [
  'contact.name',
  'ticket.number',
  'ticket.topic',
  'item.name',
  'department.name',
  'agent.name',
  'site.name',
  'due',
] as const
export type Placeholder = (typeof placeholders)[number]
export type PlaceholderValues = Partial<Record<Placeholder, string>>

/** `{{name}}`, or `{{name|what to say without it}}`. */
const pattern = /\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}/g
const isPlaceholder = (name: string): name is Placeholder =>
  (placeholders as readonly string[]).includes(name)

/**
 * The text with each `{{name}}` replaced by its value, in one pass: what a value contains is never read as a
 * placeholder. One without a value becomes what the text says for that case, else `fallbacks`, else nothing; an
 * unknown one stays as it was typed.
 */
export const renderPlaceholders = (
  text: string,
  values: PlaceholderValues,
  fallbacks: PlaceholderValues = {},
): string =>
  text.replace(pattern, (whole, name: string, own?: string) =>
    isPlaceholder(name) ? values[name] || own?.trim() || fallbacks[name] || '' : whole,
  )

/** Names in `{{…}}` that are none of ours. */
export const unknownPlaceholders = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(pattern)].map((match) => match[1] ?? '').filter((name) => !isPlaceholder(name)),
  ),
]

/** The language a canned text is written in: whoever wrote it chose it for its reader. */
export const languageOfText = (text: string): 'zh-CN' | 'en' =>
  /\p{Script=Han}/u.test(text.replace(pattern, (_, __, own?: string) => own ?? '')) ? 'zh-CN' : 'en'

/** What is said where a ticket has no such thing: nobody's name, no due time, no item. */
export const placeholderFallbacks: Record<'zh-CN' | 'en', PlaceholderValues> = {
  'zh-CN': { 'contact.name': '市民朋友', 'ticket.topic': '您的事项', 'item.name': '您的事项', due: '尽快' },
  en: {
    'contact.name': 'Sir or Madam',
    'ticket.topic': 'your matter',
    'item.name': 'your matter',
    due: 'as soon as possible',
  },
}

/** Statuses a macro can set: `hold:HOURS` says for how long. */
export const macroStatuses = [
  'resume',
  'wait_citizen',
  'resolve',
  'close',
  'keep_open',
] as const satisfies readonly AgentCommand[]

export type MacroStatus = { command: AgentCommand; holdHours: number | null }
/** What a status step commands, or null where it is none. */
export const readMacroStatus = (value: string): MacroStatus | null => {
  const [command, hours] = value.split(':')
  if (command === 'hold') {
    const holdHours = Number(hours)
    const isFit = Number.isInteger(holdHours) && holdHours >= 1 && holdHours < maxHoldDays * 24
    return isFit ? { command, holdHours } : null
  }
  const known = (macroStatuses as readonly string[]).includes(value)
  return known ? { command: agentCommands.find((each) => each === value) ?? 'resume', holdHours: null } : null
}

export const isPriority = (value: string): value is TicketPriority =>
  (ticketPriorities as readonly string[]).includes(value)

/** What is wrong with a step by itself; null where it fits. Whether people and departments exist is asked elsewhere. */
export const problemOfStep = ({ action, value }: MacroStep): 'value' | null => {
  const text = value.trim()
  const isFit =
    action === 'status'
      ? readMacroStatus(text) !== null
      : action === 'priority'
        ? isPriority(text)
        : action === 'assign'
          ? text === 'me' || text === 'nobody' || /^agt_[0-9A-Za-z]{20}$/.test(text)
          : action === 'department'
            ? /^dep_[0-9A-Za-z]{20}$/.test(text)
            : text.length > 0 && text.length <= maxTagLength
  return isFit ? null : 'value'
}
