import type { ReportColumn, ReportGroup } from '../../../contract/reports.rules'

export type ReportLanguage = 'zh-CN' | 'en'
interface Texts {
  title: string
  by: Record<ReportGroup, string>
  columns: Record<ReportColumn, string>
  total: string
  period: (from: string, to: string) => string
  made: (at: string) => string
  noTopic: string
  /** What a department holds itself. */
  direct: (name: string) => string
  late: string
  mail: (name: string, period: string) => string
}

/** Words of files and e-mails; the console has its own. */
export const reportTexts: Record<ReportLanguage, Texts> = {
  'zh-CN': {
    title: '帮办服务报表',
    by: { day: '日期', department: '部门', topic: '事项', agent: '坐席' },
    columns: {
      created: '新建',
      resolved: '办结',
      reopened: '重新打开',
      answered: '接听',
      answeredWithin20: '20 秒接听率',
      answeredWithin60: '60 秒接听率',
      meanWait: '平均等待（秒）',
      abandoned: '放弃',
      calls: '视频通话',
      slaHitRate: '时限达标率',
      slaBreached: '超时',
      meanResolution: '平均办结（小时）',
      rated: '评价',
      meanStars: '平均评分',
      urged: '催办',
      returnRateHelped: '帮办后退件率',
      returnRateAlone: '未帮办退件率',
    },
    total: '合计',
    period: (from, to) => (from === to ? from : `${from} 至 ${to}`),
    made: (at) => `生成时间 ${at}`,
    noTopic: '未选事项',
    direct: (name) => `${name}（直属）`,
    late: '服务停机，本期报表补发。',
    mail: (name, period) => `《${name}》（${period}）见附件。`,
  },
  en: {
    title: 'Help desk report',
    by: { day: 'Day', department: 'Department', topic: 'Service item', agent: 'Agent' },
    columns: {
      created: 'New',
      resolved: 'Resolved',
      reopened: 'Reopened',
      answered: 'Answered',
      answeredWithin20: 'In 20 s',
      answeredWithin60: 'In 60 s',
      meanWait: 'Mean wait (s)',
      abandoned: 'Abandoned',
      calls: 'Calls',
      slaHitRate: 'SLA hit rate',
      slaBreached: 'Breaches',
      meanResolution: 'Mean resolution (h)',
      rated: 'Ratings',
      meanStars: 'Mean rating',
      urged: 'Urged',
      returnRateHelped: 'Returned, helped',
      returnRateAlone: 'Returned, alone',
    },
    total: 'Total',
    period: (from, to) => (from === to ? from : `${from} to ${to}`),
    made: (at) => `Made at ${at}`,
    noTopic: 'No service item',
    direct: (name) => `${name} (itself)`,
    late: 'The service was down; this report comes late.',
    mail: (name, period) => `“${name}” (${period}) is attached.`,
  },
}
