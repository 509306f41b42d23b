/**
 * The forms that a bureau imports, one table for each type of bulletin that opens a record: which columns, how they are
 * read, where they go. The penalty form is that of 发改办财金〔2018〕424号 for legal persons, in its order, without its
 * personal columns; the others have no official template, and theirs is written down in `docs/forms.md`.
 */

import {
  authorityColumns,
  documentColumns,
  type Form,
  optional,
  required,
  sourceColumns,
  subjectColumns,
} from './columns.ts';

const penalty: Form = {
  type: 'penalty',
  title: { zh: '行政处罚', en: 'Administrative penalty' },
  columns: [
    required('text', 'subject.name', '行政相对人名称', { code: 'CF_XDR_MC', longest: 256 }),
    optional('listed', 'subject.kind', '行政相对人类别', { code: 'CF_XDR_LB', list: 'subject-kind' }),
    required('uscc', 'subject.uscc', '行政相对人代码_1(统一社会信用代码)', {
      code: 'CF_XDR_SHXYM',
      also: ['代码_1(统一社会信用代码)', '行政相对人统一社会信用代码', '统一社会信用代码', '行政相对人代码_1'],
    }),
    optional('code', 'subject.registrationNumber', '行政相对人代码_2(工商注册号)', {
      code: 'CF_XDR_GSZC',
      also: ['代码_2(工商注册号)', '工商注册号', '行政相对人代码_2'],
      longest: 128,
    }),
    optional('organisation-code', 'subject.organisationCode', '行政相对人代码_3(组织机构代码)', {
      code: 'CF_XDR_ZZJG',
      also: ['代码_3(组织机构代码)', '组织机构代码', '行政相对人代码_3'],
    }),
    optional('code', 'subject.taxNumber', '行政相对人代码_4(税务登记号)', {
      code: 'CF_XDR_SWDJ',
      also: ['代码_4(税务登记号)', '税务登记号', '行政相对人代码_4'],
      longest: 128,
    }),
    optional('code', 'subject.institutionNumber', '行政相对人代码_5(事业单位证书号)', {
      code: 'CF_XDR_SYDW',
      also: ['代码_5(事业单位证书号)', '事业单位证书号', '行政相对人代码_5'],
      longest: 128,
    }),
    optional('code', 'subject.socialOrganisationNumber', '行政相对人代码_6(社会组织登记证号)', {
      code: 'CF_XDR_SHZZ',
      also: ['代码_6(社会组织登记证号)', '社会组织登记证号', '行政相对人代码_6'],
      longest: 128,
    }),
    required('document-number', 'document.number', '行政处罚决定书文号', {
      code: 'CF_WSH',
      also: ['处罚决定书文号'],
      longest: 256,
    }),
    required('text', 'violation', '违法行为类型', { code: 'CF_WFXW', longest: 4096 }),
    required('text', 'facts', '违法事实', { code: 'CF_SY', longest: 4096 }),
    required('text', 'basis', '处罚依据', { code: 'CF_YJ', longest: 4096 }),
    required('many-listed', 'categories', '处罚类别', { code: 'CF_CFLB', list: 'penalty-category' }),
    required('text', 'content', '处罚内容', { code: 'CF_NR', longest: 4096 }),
    optional('amount', 'fine', '罚款金额(万元)', { code: 'CF_NR_FK', also: ['罚款金额(单位:万元)'] }),
    optional('amount', 'confiscation', '没收违法所得、没收非法财物的金额(万元)', {
      code: 'CF_NR_WFFF',
      also: ['没收违法所得、没收非法财物的金额(单位:万元)', '没收违法所得、没收非法财物金额(万元)'],
    }),
    optional('text', 'licence', '暂扣或吊销证照名称及编号', { code: 'CF_NR_ZKDX', longest: 1024 }),
    required('day', 'document.date', '处罚决定日期', { code: 'CF_JDRQ' }),
    optional('end-day', 'validUntil', '处罚有效期', { code: 'CF_YXQ' }),
    optional('end-day', 'publicity.until', '公示截止期', { code: 'CF_GSJZQ', also: ['公示截止日期', '公示截止日'] }),
    required('text', 'document.authority.name', '处罚机关', { code: 'CF_CFJG', longest: 256 }),
    required('uscc', 'document.authority.uscc', '处罚机关统一社会信用代码', { code: 'CF_CFJGDM' }),
    required('text', 'source.name', '数据来源单位', { code: 'CF_SJLY', longest: 256 }),
    required('uscc', 'source.uscc', '数据来源单位统一社会信用代码', { code: 'CF_SJLYDM' }),
    optional('text', 'remarks', '备注', { code: 'BZ', longest: 4096 }),
  ],
  decidedOn: 'document.date',
  authority: 'document.authority.uscc',
  key: ['document.number', 'document.authority.uscc'],
};

const dishonesty: Form = {
  type: 'dishonesty',
  title: { zh: '知识产权失信行为', en: 'Dishonesty in intellectual property' },
  columns: [
    ...subjectColumns,
    ...documentColumns('认定'),
    required('listed', 'conduct', '失信行为', { list: 'conduct', also: ['失信行为类型'] }),
    optional('listed', 'form', '非正常专利申请情形', { list: 'conduct-form' }),
    optional('text', 'facts', '失信事实', { longest: 4096 }),
    optional('many-listed', 'measures', '管理措施', { list: 'measure' }),
    optional('end-day', 'publicity.until', '公示截止期', { also: ['公示截止日期', '公示截止日'] }),
    ...sourceColumns,
  ],
  decidedOn: 'document.date',
  authority: 'document.authority.uscc',
  key: ['document.number', 'document.authority.uscc'],
};

const grade: Form = {
  type: 'grade',
  title: { zh: '信用评价等级', en: 'Credit grade' },
  columns: [
    ...subjectColumns,
    optional('agency-code', 'agencyCode', '代理机构代码'),
    required('scheme', 'scheme', '评价办法', { list: 'grade-scheme', also: ['评价方案'], longest: 128 }),
    required('grade', 'grade', '信用等级', { also: ['评价等级', '等级'], longest: 16 }),
    optional('score', 'score', '信用得分', { also: ['得分', '分值'] }),
    required('day', 'gradedOn', '评价日期'),
    optional('end-day', 'validUntil', '有效期至'),
    ...authorityColumns('authority', '评价'),
    ...sourceColumns,
  ],
  decidedOn: 'gradedOn',
  authority: 'authority.uscc',
  key: ['scheme', 'subject.uscc', 'gradedOn', 'authority.uscc'],
};

const commendation: Form = {
  type: 'commendation',
  title: { zh: '守信激励与荣誉', en: 'Commendation' },
  columns: [
    ...subjectColumns,
    required('text', 'honour', '荣誉名称', { also: ['表彰名称', '奖项名称'], longest: 256 }),
    optional('listed', 'level', '荣誉级别', { list: 'honour-level' }),
    optional('text', 'content', '表彰内容', { longest: 4096 }),
    ...documentColumns('表彰'),
    optional('end-day', 'validUntil', '有效期至'),
    ...sourceColumns,
  ],
  decidedOn: 'document.date',
  authority: 'document.authority.uscc',
  key: ['document.number', 'document.authority.uscc'],
};

/** Every form, by the type of its bulletins. */
export const forms: ReadonlyMap<string, Form> = new Map(
  [penalty, dishonesty, grade, commendation].map((form) => [form.type, form]),
);
