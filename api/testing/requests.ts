/** Well-formed ids of things that do not exist. */
export const absentIds: Record<string, string> = {
  con: 'con_00000000000000000000',
  off: 'off_00000000000000000000',
  inv: 'inv_00000000000000000000',
  cal: 'cal_00000000000000000000',
  doc: 'doc_00000000000000000000',
  agt: 'agt_00000000000000000000',
  dep: 'dep_00000000000000000000',
  sit: 'sit_00000000000000000000',
  ses: 'ses_00000000000000000000',
  tkt: '20260101-99999',
  fld: 'fld_00000000000000000000',
  wca: 'wca_00000000000000000000',
  slp: 'slp_00000000000000000000',
  erl: 'erl_00000000000000000000',
}

const prefixes: Record<string, string> = {
  consultations: 'con',
  offers: 'off',
  invitations: 'inv',
  calls: 'cal',
  documents: 'doc',
  agents: 'agt',
  departments: 'dep',
  admin: 'sit',
  auth: 'ses',
  tickets: 'tkt',
  'sla/calendars': 'wca',
  'sla/policies': 'slp',
  'sla/rules': 'erl',
  'sla/departments': 'dep',
}

/** The kind of id that the first part of `path` takes, or the first two where one feature has several. */
export const prefixOf = (path: string): string => {
  const [, first = '', second = ''] = path.split('/')
  return prefixes[`${first}/${second}`] ?? prefixes[first] ?? ''
}

const tab = 'tab-123456'
const password = 'a long enough password'

const calendar = {
  name: '工作时间',
  timeZone: 'Asia/Shanghai',
  week: [{ day: 1, spans: [{ from: '09:00', to: '17:00' }] }],
  exceptions: [],
}
const policy = {
  name: '时限',
  isActive: true,
  calendarId: absentIds.wca,
  conditions: [],
  firstResponseSeconds: 3600,
  nextResponseSeconds: null,
  resolutionSeconds: null,
  pausesOn: [],
}
const rule = {
  name: '规则',
  clockKind: 'resolution',
  policyId: null,
  isActive: true,
  steps: [{ trigger: 'warn', atPercent: 80, afterSeconds: null, action: 'notify', level: 1 }],
}

/** The smallest valid body of every route that takes one. */
export const minimalBodies: Record<string, Record<string, unknown>> = {
  'POST /auth/login': { username: 'nobody', password },
  'POST /auth/password': { current: password, next: `${password}!` },
  'POST /auth/setup': { token: 'x'.repeat(40), password },
  'POST /agents': { username: 'zhang', name: '张', roles: ['agent'], departmentId: absentIds.dep },
  'PATCH /agents/{id}': {},
  'POST /departments': { parentId: absentIds.dep, name: '科室', level: 'office' },
  'PATCH /departments/{id}': {},
  'POST /admin/sites': { key: 'new-site', name: '新站点', departmentId: absentIds.dep, origins: [] },
  'PATCH /admin/sites/{id}': {},
  'POST /visitors': { site: 'nowhere' },
  'PATCH /visitors/me': {},
  'POST /visitors/me/resume-codes': {},
  'POST /visitors/resume-codes/peek': { site: 'demo', code: 'a-code-nobody-made' },
  'PUT /presence': { availability: 'away' },
  'POST /consultations': { channel: 'chat', topic: '' },
  'POST /consultations/{id}/consent': {},
  'POST /consultations/{id}/channel': { channel: 'chat' },
  'POST /consultations/{id}/leave': {},
  'POST /consultations/{id}/rating': { stars: 5 },
  'POST /consultations/{id}/accept': { tab },
  'POST /offers/{id}/decline': {},
  'POST /consultations/telephone': { siteId: absentIds.sit, topic: '' },
  'POST /consultations/{id}/end': {},
  'POST /consultations/{id}/take-over': {},
  'POST /consultations/{id}/step-out': {},
  'PUT /consultations/{id}/wrap-up': {},
  'POST /consultations/{id}/wrap-up': { outcome: 'solved', topic: '办结', note: '' },
  'POST /consultations/{id}/messages': { body: '您好' },
  'POST /consultations/{id}/typing': {},
  'POST /consultations/{id}/invitations': { kind: 'join', agentId: absentIds.agt, note: '' },
  'POST /invitations/{id}/accept': {},
  'POST /invitations/{id}/refuse': { reason: '在忙' },
  'POST /invitations/{id}/cancel': {},
  'POST /consultations/{id}/calls': {},
  'POST /calls/{id}/grants': { tab },
  'POST /calls/{id}/end': {},
  'POST /calls/{id}/quality': {
    maxWidth: 1280,
    maxHeight: 720,
    lossPercent: 0,
    roundTripMs: 20,
    reconnects: 0,
    transport: 'udp',
    firstFrameMs: null,
  },
  'POST /documents/{id}/receipts': { receipt: 'opened' },
  'POST /tickets': { siteId: absentIds.sit, topic: '营业执照' },
  'PATCH /tickets/{id}': {},
  'POST /tickets/{id}/status': { command: 'resolve' },
  'POST /tickets/{id}/assign': { agentId: absentIds.agt },
  'POST /tickets/{id}/department': { departmentId: absentIds.dep },
  'POST /tickets/{id}/participants': {},
  'PUT /tickets/{id}/tags': { tags: ['加急'] },
  'PUT /tickets/{id}/fields': { values: [{ fieldId: absentIds.fld, value: '一' }] },
  'POST /tickets/{id}/replies': { kind: 'reply', body: '您好' },
  'PUT /tickets/{id}/draft': { kind: 'reply', body: '您好' },
  'POST /tickets/{id}/presence': { isTyping: false, kind: 'reply' },
  'POST /sla/calendars': calendar,
  'PUT /sla/calendars/{id}': calendar,
  'PUT /sla/departments/{id}': { calendarId: null },
  'POST /sla/policies': policy,
  'PUT /sla/policies/{id}': policy,
  'POST /sla/policies/order': { ids: [] },
  'POST /sla/preview': { siteId: absentIds.sit, departmentId: absentIds.dep },
  'POST /sla/rules': rule,
  'PUT /sla/rules/{id}': rule,
}

/** Queries without which a route refuses the request. */
export const minimalQueries: Record<string, string> = {
  'GET /sla/calendars/{id}/holidays': 'year=2026',
  'GET /auth/setup': `token=${'x'.repeat(40)}`,
  'GET /documents/{id}/content': 'exp=1&sig=x',
  'GET /documents/{id}/thumbnail': 'exp=1&sig=x',
  'GET /consultations/{id}/export': 'exp=1&sig=x',
  'DELETE /tickets/{id}/draft': 'kind=reply',
  'PUT /consultations/{id}/documents': 'name=a.png',
  'PUT /consultations/{id}/snapshots': `callId=${absentIds.cal}&callSeconds=1`,
}
