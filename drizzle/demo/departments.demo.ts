import type { departments } from '../schema/departments.table'

type Level = (typeof departments.$inferSelect)['level']

export interface DemoDepartment {
  /** Name other demo files refer to it by. */
  ref: string
  parent: string | null
  name: string
  level: Level
}

const one = (ref: string, parent: string | null, level: Level, name: string): DemoDepartment => ({
  ref,
  parent,
  level,
  name,
})

/** 清河市, an invented city: its centre, counties, towns and villages, and the offices behind the counters. */
export const demoDepartments: readonly DemoDepartment[] = [
  one('city', null, 'city', '清河市政务服务中心'),
  one('help', 'city', 'office', '清河市帮办代办服务科'),
  one('market', 'city', 'office', '清河市市场监督管理局'),
  one('labour', 'city', 'office', '清河市人力资源和社会保障局'),
  one('medical', 'city', 'office', '清河市医疗保障局'),
  one('land', 'city', 'office', '清河市不动产登记中心'),
  one('police', 'city', 'office', '清河市公安局'),
  one('civil', 'city', 'office', '清河市民政局'),
  one('health', 'city', 'office', '清河市卫生健康委员会'),
  one('housing', 'city', 'office', '清河市住房公积金管理中心'),
  one('tax', 'city', 'office', '清河市税务局'),
  one('traffic', 'city', 'office', '清河市交通运输局'),
  one('education', 'city', 'office', '清河市教育局'),
  one('qingyun', 'city', 'county', '青云区政务服务中心'),
  one('wanghu', 'city', 'county', '望湖区政务服务中心'),
  one('anning', 'city', 'county', '安宁县政务服务中心'),
  one('chengguan', 'qingyun', 'town', '城关街道便民服务中心'),
  one('liulin', 'qingyun', 'town', '柳林镇便民服务中心'),
  one('bincheng', 'wanghu', 'town', '滨城街道便民服务中心'),
  one('shiqiao', 'anning', 'town', '石桥镇便民服务中心'),
  one('liulin-village', 'liulin', 'village', '柳林村便民服务站'),
  one('donghe-village', 'liulin', 'village', '东河村便民服务站'),
  one('nanguan-village', 'shiqiao', 'village', '南关村便民服务站'),
]
