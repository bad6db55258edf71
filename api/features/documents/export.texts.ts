import type { Outcome } from '../../../contract/consultations.rules'
import type { DocumentView, MessageView } from '../../../contract/consultations.schema'
import type { ExportContent } from './export.store'

const outcomeWords: Record<Outcome, string> = {
  solved: '已解决 Solved',
  follow_up: '需跟进 Needs follow-up',
  referred: '已转办 Referred',
  citizen_left: '市民离开 Citizen left',
}

/** Text files of the export by name, readable in any editor (UTF-8 with BOM, for Windows). */
export const exportTexts = (content: ExportContent, isForAgent: boolean): Record<string, string> => {
  const at = timeWriter(content.timeZone)
  const texts: Record<string, string> = { '咨询摘要 Summary.txt': toFile(summary(content, isForAgent, at)) }
  if (content.messages.length > 0)
    texts['对话记录 Chat.txt'] = toFile(content.messages.flatMap((message) => messageLines(message, at)))
  return texts
}

const toFile = (lines: readonly string[]): string => `\uFEFF${lines.join('\r\n')}\r\n`

const timeWriter = (timeZone: string) => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  return (instant: string): string => format.format(new Date(instant))
}

const summary = (
  { consultation: it, timeZone, documents, messages }: ExportContent,
  isForAgent: boolean,
  at: (instant: string) => string,
): string[] => {
  const line = (label: string, value: string | null | undefined) => (value ? [`${label}: ${value}`] : [])
  return [
    ...line('工单号 Ticket', it.ticketNumber),
    ...line('站点 Site', it.siteName),
    ...line('主题 Topic', it.topic),
    ...line('事项 Service item', it.serviceItem?.name),
    ...line('提出时间 Asked', at(it.queuedAt)),
    ...line('接通时间 Answered', it.acceptedAt && at(it.acceptedAt)),
    ...line('结束时间 Ended', it.endedAt && at(it.endedAt)),
    ...line('坐席 Agent', it.owner && `${it.owner.name} (${it.owner.departmentName})`),
    ...line('协助 With', it.participants.map((each) => each.name).join(', ')),
    ...line('评价 Rating', it.rating ? `${it.rating} / 5` : null),
    ...(isForAgent
      ? [...line('来访者 Citizen', it.visitorName), ...line('电话 Phone', it.visitorPhone)]
      : []),
    ...(isForAgent && it.wrapUp.outcome ? line('结果 Outcome', outcomeWords[it.wrapUp.outcome]) : []),
    ...(isForAgent ? line('备注 Note', it.wrapUp.note) : []),
    `对话 Messages: ${messages.length}`,
    `时区 Time zone: ${timeZone}`,
    '',
    `资料 Documents: ${documents.length}`,
    ...documents.map((each, index) => documentLine(each, index, at)),
  ]
}

const kindWords = {
  push: '坐席发送 From the agent',
  upload: '市民提交 From the citizen',
  snapshot: '视频截图 Snapshot',
} as const

const documentLine = (it: DocumentView, index: number, at: (instant: string) => string): string =>
  `${index + 1}. ${it.name} | ${kindWords[it.kind]} | ${at(it.at)} | ${it.sizeBytes} B | SHA-256 ${it.sha256}`

const messageLines = (it: MessageView, at: (instant: string) => string): string[] => {
  const who =
    it.from === 'agent'
      ? (it.agent?.name ?? '坐席 Agent')
      : it.from === 'visitor'
        ? '市民 Citizen'
        : '系统 System'
  return [`[${at(it.at)}] ${who}`, ...it.body.split(/\r?\n/).map((line) => `  ${line}`), '']
}
