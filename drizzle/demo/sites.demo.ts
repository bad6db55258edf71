import type { DayHours, SiteTheme } from '../schema/sites.table'

export interface DemoSite {
  key: string
  name: string
  department: string
  theme: SiteTheme
  hours: DayHours[]
  /** Embedded in the sample page that runs beside the program. */
  isOnSamplePage: boolean
}

const everyDay = (spans: DayHours['spans']): DayHours[] =>
  [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, spans }))
const workdays: DayHours[] = [1, 2, 3, 4, 5].map((day) => ({
  day,
  spans: [
    { from: '09:00', to: '12:00' },
    { from: '13:30', to: '17:00' },
  ],
}))

/** The city's site is open around the clock, so that whoever tries the program at night can call too. */
export const demoSites: readonly DemoSite[] = [
  {
    key: 'demo',
    name: '清河市人民政府门户网站',
    department: 'city',
    theme: {
      color: '#0b6e63',
      title: '清河市视频帮办',
      greeting: '您好，这里是清河市政务服务中心，请问您要办理什么业务？',
    },
    hours: everyDay([{ from: '00:00', to: '24:00' }]),
    isOnSamplePage: true,
  },
  {
    key: 'qingyun',
    name: '青云区政务服务网',
    department: 'qingyun',
    theme: { color: '#1d4f91', title: '青云区帮办', greeting: '您好，青云区政务服务中心为您服务。' },
    hours: workdays,
    isOnSamplePage: false,
  },
]
