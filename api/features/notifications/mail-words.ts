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

/** As short as a text message wants it. */
export const shortWords = (kind: NoticeKind): string => words[kind][0]

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char)

/** Subject, text and simple HTML of a notice, Chinese first. What was said is not in it: mail travels far. */
export const mailOf = (
  kind: NoticeKind,
  it: { number: string; title: string; link: string },
): { subject: string; text: string; html: string } => {
  const [zh, en] = words[kind]
  const about = [it.number, it.title].filter(Boolean).join(' ')
  const footer = '此邮件由帮办自动发送，可在控制台“账号”里调整。Sent by Bangban; change it under “Account”.'
  return {
    subject: it.number ? `${zh} · ${it.number}` : zh,
    text: [zh, en, '', about, it.link, '', footer].join('\n'),
    html: [
      `<p style="font-size:16px"><strong>${escapeHtml(zh)}</strong><br>${escapeHtml(en)}</p>`,
      about ? `<p>${escapeHtml(about)}</p>` : '',
      `<p><a href="${escapeHtml(it.link)}">${escapeHtml(it.link)}</a></p>`,
      `<p style="color:#666;font-size:12px">${escapeHtml(footer)}</p>`,
    ].join('\n'),
  }
}
