import type { NoticeKind } from '../../../contract/notifications.rules'

/** What an e-mail says of each kind: nobody knows which language its reader set in the browser, so both. */
const words: Record<NoticeKind, readonly [zh: string, en: string]> = {
  mention: ['有同事在内部备注中提到了您', 'A colleague mentioned you in a note'],
  assigned: ['工单已转给您负责', 'A ticket was given to you'],
  added: ['您被邀请参与工单', 'You were asked into a ticket'],
  citizen_replied: ['市民回复了您的工单', 'The citizen answered on your ticket'],
  urged: ['市民催办了您的工单', 'The citizen urges you on your ticket'],
  reopened: ['您的工单被重新打开', 'Your ticket was opened again'],
  sla_warned: ['工单即将超时', 'A ticket is about to be late'],
  sla_breached: ['工单已超时', 'A ticket is late'],
  sla_step: ['工单时限提醒', 'A reminder of a time limit'],
  sla_digest: [
    '系统恢复后汇总：有工单超时或即将超时',
    'After an interruption: tickets are late or about to be',
  ],
  escalation_raised: ['有事项升级到您这里', 'A matter was escalated to you'],
  escalation_climbed: ['有事项逐级升级到您这里', 'A matter has climbed to you'],
  escalation_unacknowledged: [
    '事项未按时确认，已继续升级',
    'A matter was not acknowledged in time and has climbed',
  ],
  escalation_handed_over: ['有督办事项移交给您', 'A matter was handed over to you'],
  escalation_referred: ['有督办事项转请您处理', 'A matter was put to you'],
  escalation_refused: ['您转出的事项被退回', 'A matter you put to somebody was refused'],
  escalation_returned: ['督办事项退回给您', 'A matter came back to you'],
  escalation_accepted: ['您转出的事项已被接收', 'A matter you put to somebody was accepted'],
  escalation_reopened: ['已办结的督办事项重新打开', 'A settled matter was opened again'],
  escalation_reminded: ['督办事项等待您处理', 'A matter waits for you'],
  export_ready: ['导出文件已生成', 'Your export is ready'],
  import_done: ['导入已完成', 'Your import is done'],
  webhook_disabled: ['Webhook 因持续失败已停用', 'A webhook kept failing and was switched off'],
}

/** One notice of a message. */
export interface LetterLine {
  kind: NoticeKind
  number: string
  title: string
  link: string
  at: number
}
interface Surroundings {
  /** Where the rest is read. */
  inbox: string
  /** Of the reader's department. */
  timeZone: string
}

/** More would not be read; the inbox has it. */
const maxLines = 50
const maxNumbersInSms = 3
const footer = '此邮件由帮办自动发送，可在控制台“账号”里调整。Sent by Bangban; change it under “Account”.'

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char)
const linkHtml = (link: string): string => `<a href="${escapeHtml(link)}">${escapeHtml(link)}</a>`
const footerHtml = `<p style="color:#666;font-size:12px">${escapeHtml(footer)}</p>`
const aboutOf = ({ number, title }: LetterLine): string => [number, title].filter(Boolean).join(' ')

/** Subject, text and simple HTML, Chinese first. What was said is not in it: mail travels far. */
export const mailOf = (lines: readonly LetterLine[], around: Surroundings) => {
  const [first] = lines
  return first && lines.length === 1 ? mailOfOne(first) : mailOfMany(lines, around)
}

const mailOfOne = (line: LetterLine) => {
  const [zh, en] = words[line.kind]
  const about = aboutOf(line)
  return {
    subject: line.number ? `${zh} · ${line.number}` : zh,
    text: [zh, en, '', about, line.link, '', footer].join('\n'),
    html: [
      `<p style="font-size:16px"><strong>${escapeHtml(zh)}</strong><br>${escapeHtml(en)}</p>`,
      about ? `<p>${escapeHtml(about)}</p>` : '',
      `<p>${linkHtml(line.link)}</p>`,
      footerHtml,
    ].join('\n'),
  }
}

const subjectOfMany = (lines: readonly LetterLine[]): string => {
  const count = `${lines.length} 条通知 · ${lines.length} notices`
  const number = lines[0]?.number
  return number && lines.every((line) => line.number === number) ? `${number}：${count}` : count
}

/** In the order it happened, each with its way in. */
const mailOfMany = (lines: readonly LetterLine[], { inbox, timeZone }: Surroundings) => {
  const time = new Intl.DateTimeFormat('zh-CN', {
    timeZone,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const subject = subjectOfMany(lines)
  const shown = lines.slice(0, maxLines)
  const left = lines.length - shown.length
  const more = left > 0 ? `还有 ${left} 条在站内通知里 · ${left} more in the inbox` : ''
  const textOf = (line: LetterLine) => {
    const [zh, en] = words[line.kind]
    const about = aboutOf(line)
    return [`${time.format(line.at)}  ${zh} · ${en}`, ...(about ? [about] : []), line.link, '']
  }
  const htmlOf = (line: LetterLine) => {
    const [zh, en] = words[line.kind]
    const about = aboutOf(line)
    return [
      '<li style="margin-bottom:12px">',
      `<span style="color:#666">${escapeHtml(time.format(line.at))}</span> <strong>${escapeHtml(zh)}</strong> ${escapeHtml(en)}`,
      about ? `<br>${escapeHtml(about)}` : '',
      `<br>${linkHtml(line.link)}</li>`,
    ].join('')
  }
  return {
    subject,
    text: [subject, '', ...shown.flatMap(textOf), ...(more ? [more] : []), inbox, '', footer].join('\n'),
    html: [
      `<p style="font-size:16px"><strong>${escapeHtml(subject)}</strong></p>`,
      `<ol style="padding-left:20px">${shown.map(htmlOf).join('\n')}</ol>`,
      `<p>${more ? `${escapeHtml(more)}<br>` : ''}${linkHtml(inbox)}</p>`,
      footerHtml,
    ].join('\n'),
  }
}

/** A text message is short: one notice, or how many there are and about which tickets, and the way in. */
export const smsOf = (
  lines: readonly LetterLine[],
  inbox: string,
): { template: 'notification' | 'notification_bundle'; params: Record<string, string> } => {
  const [first] = lines
  if (first && lines.length === 1) {
    const params = { number: first.number, text: words[first.kind][0], link: first.link }
    return { template: 'notification', params }
  }
  const all = [...new Set(lines.map((line) => line.number).filter(Boolean))]
  const numbers = all.slice(0, maxNumbersInSms).join('、') + (all.length > maxNumbersInSms ? ' 等' : '')
  const link = first && new Set(lines.map((line) => line.link)).size === 1 ? first.link : inbox
  return { template: 'notification_bundle', params: { count: String(lines.length), numbers, link } }
}
