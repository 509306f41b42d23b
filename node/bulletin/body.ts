/**
 * What the bodies of bulletins share: subject, document, authority, and the members that every record-opening body may
 * have. Whether a body is right is said by its JSON Schema (`schemas/bulletin/`), never by these types.
 */

/** 单位: an authority or another organisation. */
export interface Organisation {
  name: string;
  uscc: string;
}

/** 决定文书: the document by which the authority decided. */
export interface DecisionDocument {
  /** 文书号, as printed. */
  number: string;
  /** Day of the decision. */
  date: string;
  authority: Organisation;
  /** SHA-256 of the document's file, lower-case hexadecimal. */
  sha256?: string;
}

/** 信用主体: who the record is about. Its USCC is the bulletin's `sub_id`; no member names a natural person. */
export interface Subject {
  name: string;
  kind?: 'legal-person' | 'unincorporated' | 'individual-business';
  /** 工商注册号 */
  registrationNumber?: string;
  /** 组织机构代码 */
  organisationCode?: string;
  /** 税务登记号 */
  taxNumber?: string;
  /** 事业单位证书号 */
  institutionNumber?: string;
  /** 社会组织登记证号 */
  socialOrganisationNumber?: string;
}

/** 公示期, in days; the opener states it and receivers never recompute it. */
export interface Publicity {
  from?: string;
  earliestRepair?: string;
  /** The last day. */
  until?: string;
}

/** What every body that opens a record may say beside its own members. */
export interface OpeningBody {
  subject: Subject;
  /** Name of the dated rules that the periods follow: `CNIPA-2022`. */
  rulePack?: string;
  severity?: 'minor' | 'general' | 'serious';
  publicity?: Publicity;
  /** The last day on which content may be kept. */
  retainUntil?: string;
  /** The law under which this information is provided (not the basis of the decision). */
  legalBasis?: string;
  /** Item of 全国公共信用信息基础目录 or of a provincial supplement. */
  catalogueItem?: string;
  /** 共享属性 (国发〔2016〕51号). */
  sharing?: 'unconditional' | 'conditional' | 'none';
  /** 数据来源单位 */
  source?: Organisation;
  /** 备注 */
  remarks?: string;
}

/** Money: exact decimal text in 万元 (10,000 CNY), `0.2` for ¥2,000. */
export type Amount = string;

const subjectText = [
  'name',
  'registrationNumber',
  'organisationCode',
  'taxNumber',
  'institutionNumber',
  'socialOrganisationNumber',
];

/** The free text that every record-opening body may hold, as dotted paths; the number of the document is none. */
export const openingText = [
  ...subjectText.map((name) => `subject.${name}`), // 税务登记号 of a sole trader can be its owner's identity number
  'document.authority.name',
  'source.name',
  'rulePack',
  'legalBasis',
  'catalogueItem',
  'remarks',
] as const;
