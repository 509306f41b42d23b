/** What a column of an import form is, and the columns that several forms share. */

/** How a cell of the column is read; `cell.ts` has one reader for each. */
export type ColumnKind =
  /** Free text. */
  | 'text'
  /** A number that is text: must not be a numeric cell, because Excel keeps fifteen digits. */
  | 'code'
  /** A code that is free of the search for identity numbers: the number of a document. */
  | 'document-number'
  | 'uscc'
  | 'organisation-code'
  | 'agency-code'
  | 'day'
  /** A day that may be "no end". */
  | 'end-day'
  /** 万元 */
  | 'amount'
  | 'score'
  /** One label of a code list. */
  | 'listed'
  /** Several, separated by 、；;，, */
  | 'many-listed'
  /** 评价办法: a label of its code list, or `地方:` and a name. */
  | 'scheme'
  /** 信用等级: `A+`, or what a local scheme says. */
  | 'grade';

export interface Column {
  /** The column's name as the form has it. */
  zh: string;
  /** Other names under which it is known. */
  also?: readonly string[];
  /** The field code of the standard: `CF_WSH`. */
  code?: string;
  kind: ColumnKind;
  required: boolean;
  /** Where the value goes in the body, dotted. `subject.uscc` is no member of a body: it becomes the bulletin's `sub_id`. */
  path: string;
  /** Longest text, in characters. */
  longest?: number;
  /** Which code list of `config/codes.yaml`. */
  list?: string;
}

export interface Form {
  type: string;
  title: { zh: string; en: string };
  columns: readonly Column[];
  /** Paths of the day and of the authority that decided. */
  decidedOn: string;
  authority: string;
  /** Paths that, with the type, name the record among all: the natural key. */
  key: readonly string[];
}

/** A required column. */
export function required(kind: ColumnKind, path: string, zh: string, more: Partial<Column> = {}): Column {
  return { zh, kind, path, required: true, ...more };
}

/** A column that may be missing, or empty in a row. */
export function optional(kind: ColumnKind, path: string, zh: string, more: Partial<Column> = {}): Column {
  return { zh, kind, path, required: false, ...more };
}

export const subjectColumns: readonly Column[] = [
  required('text', 'subject.name', '主体名称', {
    also: ['信用主体名称', '单位名称', '企业名称', '机构名称'],
    longest: 256,
  }),
  optional('listed', 'subject.kind', '主体类别', { list: 'subject-kind' }),
  required('uscc', 'subject.uscc', '统一社会信用代码', { also: ['主体统一社会信用代码', '信用主体统一社会信用代码'] }),
];

/** 行政相对人 in the forms of 发改办财金〔2018〕424号: `CF` for penalties, `XK` for permits. */
export function partyColumns(prefix: 'CF' | 'XK'): readonly Column[] {
  const code = (name: string) => `${prefix}_XDR_${name}`;
  const numbered = (n: number, of: string) => ({ also: [`代码_${n}(${of})`, of, `行政相对人代码_${n}`], longest: 128 });
  return [
    required('text', 'subject.name', '行政相对人名称', { code: code('MC'), longest: 256 }),
    optional('listed', 'subject.kind', '行政相对人类别', { code: code('LB'), list: 'subject-kind' }),
    required('uscc', 'subject.uscc', '行政相对人代码_1(统一社会信用代码)', {
      code: code('SHXYM'),
      also: ['代码_1(统一社会信用代码)', '行政相对人统一社会信用代码', '统一社会信用代码', '行政相对人代码_1'],
    }),
    optional('code', 'subject.registrationNumber', '行政相对人代码_2(工商注册号)', {
      code: code('GSZC'),
      ...numbered(2, '工商注册号'),
    }),
    optional('organisation-code', 'subject.organisationCode', '行政相对人代码_3(组织机构代码)', {
      code: code('ZZJG'),
      also: ['代码_3(组织机构代码)', '组织机构代码', '行政相对人代码_3'],
    }),
    optional('code', 'subject.taxNumber', '行政相对人代码_4(税务登记号)', {
      code: code('SWDJ'),
      ...numbered(4, '税务登记号'),
    }),
    optional('code', 'subject.institutionNumber', '行政相对人代码_5(事业单位证书号)', {
      code: code('SYDW'),
      ...numbered(5, '事业单位证书号'),
    }),
    optional('code', 'subject.socialOrganisationNumber', '行政相对人代码_6(社会组织登记证号)', {
      code: code('SHZZ'),
      ...numbered(6, '社会组织登记证号'),
    }),
  ];
}

export const sourceColumns: readonly Column[] = [
  optional('text', 'source.name', '数据来源单位', { longest: 256 }),
  optional('uscc', 'source.uscc', '数据来源单位统一社会信用代码'),
  optional('text', 'remarks', '备注', { longest: 4096 }),
];

/** The document by which an authority decided; `of` is the word of the form: 认定, 表彰. */
export function documentColumns(of: string): readonly Column[] {
  return [
    required('document-number', 'document.number', `${of}文书号`, {
      also: [`${of}文号`, `${of}决定书文号`],
      longest: 256,
    }),
    required('day', 'document.date', `${of}日期`),
    ...authorityColumns('document.authority', of),
  ];
}

/** The authority that decided. */
export function authorityColumns(path: string, of: string): readonly Column[] {
  return [
    required('text', `${path}.name`, `${of}机关`, { also: [`${of}单位`], longest: 256 }),
    required('uscc', `${path}.uscc`, `${of}机关统一社会信用代码`, { also: [`${of}单位统一社会信用代码`] }),
  ];
}

/**
 * Names of columns about natural persons, in whatever form they stand, spelt without blanks and underscores: their cells
 * are counted and never read. A column that the form itself has is not meant.
 */
export const personalName =
  /法定代表人|法人代表|负责人|经营者|联系人|姓名|电话|手机|专利代理师|执业证|身份证|身份号码|证件|^(CF|XK)?(FRDB|(FR|XDR)?(SFZH|ZJLX|ZJHM))$/;

/**
 * Those of them that, in a table without subjects' USCCs, say that its subjects are natural persons, as columns 2 and 3
 * of both tables of 发改办财金〔2018〕424号 do. The certificate of a representative says nothing of the subject.
 */
export const certificateName =
  /^(?!.*(法定代表人|法人代表|负责人|经营者|联系人|FR)).*(身份证|身份号码|证件|SFZH$|ZJLX$|ZJHM$)/;

/** The column in front of refused rows that are handed back; it is passed over when they come again. */
export const reasonColumn = '退回原因 Reason';

/** Columns that say nothing of the record and are passed over in silence. */
export const idleColumns: readonly string[] = ['序号', '行号'];
