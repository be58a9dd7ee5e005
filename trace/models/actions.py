"""Every act that the log tells, by the word under which the database keeps it."""

from enum import StrEnum


class Action(StrEnum):
    """An act: what was done to which kind of object. A word that is in use never changes: the log is for ever."""

    ACCOUNT_ADD = "account.add"
    ACCOUNT_LINK = "account.link"
    ACCOUNT_PASSWORD = "account.password"
    ACCOUNT_DISABLE = "account.disable"
    ACCOUNT_ENABLE = "account.enable"
    ACCOUNT_CHANGE = "account.change"
    ACCOUNT_RESET = "account.reset"
    ACCOUNT_DEVICE = "account.device"
    ACCESS_DAY = "access.day"
    ACCOUNT_MAIL = "account.mail"
    ACCOUNT_MAIL_OFF = "account.mail_off"
    ACCOUNT_PHONE = "account.phone"
    ACCOUNT_PHONE_OFF = "account.phone_off"
    ACCOUNT_HOOK = "account.hook"
    ACCOUNT_HOOK_OFF = "account.hook_off"
    ACCOUNT_HOOK_GONE = "account.hook_gone"

    KEYLIST_ADOPT = "keylist.adopt"

    DATA_EXPORT = "data.export"
    DATA_TAKE = "data.take"

    PERSON_INVITE = "person.invite"
    PERSON_UNINVITE = "person.uninvite"
    PERSON_JOIN = "person.join"
    PERSON_POSITION = "person.position"
    PERSON_OUT = "person.out"

    ATTACHMENT_KEEP = "attachment.keep"

    BATCH_BRAND = "batch.brand"
    BATCH_DECLARE = "batch.declare"
    BATCH_CORRECT = "batch.correct"
    BATCH_WITHDRAW = "batch.withdraw"
    BATCH_RESTORE = "batch.restore"
    BATCH_CODED = "batch.coded"
    BATCH_USE = "batch.use"
    BATCH_CERTIFY = "batch.certify"
    BATCH_HOLD = "batch.hold"
    BATCH_RELEASE = "batch.release"
    BATCH_RECALL = "batch.recall"
    BATCH_DOUBT = "batch.doubt"
    BATCH_CONFIRM = "batch.confirm"
    BATCH_REFUSE = "batch.refuse"

    BRAND_DECLARE = "brand.declare"
    BRAND_EDIT = "brand.edit"
    BRAND_ENTER = "brand.enter"
    BRAND_LEVEL = "brand.level"
    BRAND_RETURN = "brand.return"
    BRAND_SELECTION = "brand.selection"
    BRAND_VERIFY = "brand.verify"

    LICENCE_APPLY = "licence.apply"
    LICENCE_END = "licence.end"
    LICENCE_GRANT = "licence.grant"
    LICENCE_RETURN = "licence.return"

    PRODUCER_SUBMIT = "producer.submit"
    PRODUCER_APPROVE = "producer.approve"
    PRODUCER_RETURN = "producer.return"
    PRODUCER_CONTACT = "producer.contact"
    PRODUCER_IDENTITY = "producer.identity"

    PLOT_ADD = "plot.add"
    PLOT_CHANGE = "plot.change"
    PLOT_ARCHIVE = "plot.archive"
    PLOT_RESTORE = "plot.restore"

    PRODUCT_SUBMIT = "product.submit"
    PRODUCT_PICTURE = "product.picture"
    PRODUCT_APPROVE_COUNTY = "product.approve_county"
    PRODUCT_APPROVE_CITY = "product.approve_city"
    PRODUCT_RETURN = "product.return"
    PRODUCT_REGIME = "product.regime"
    PRODUCT_COMMODITY = "product.commodity"

    PRODUCT_BARCODE = "product.barcode"
    PRODUCT_TEXT = "product.text"
    TEXT_APPROVE_COUNTY = "text.approve_county"
    TEXT_APPROVE_CITY = "text.approve_city"
    TEXT_RETURN = "text.return"

    PICTURE_APPROVE_COUNTY = "picture.approve_county"
    PICTURE_APPROVE_CITY = "picture.approve_city"
    PICTURE_RETURN = "picture.return"

    COMMITMENT_ISSUE = "commitment.issue"
    COMMITMENT_VOID = "commitment.void"
    COMMITMENT_COLLECT = "commitment.collect"

    CHAIN_SPLIT = "chain.split"
    CHAIN_MERGE = "chain.merge"
    CHAIN_PROCESS = "chain.process"
    CHAIN_RECEIVE = "chain.receive"

    SHIPMENT_ADD = "shipment.add"
    SHIPMENT_CANCEL = "shipment.cancel"
    SHIPMENT_RECEIVE = "shipment.receive"

    RECALL_HOLD = "recall.hold"
    RECALL_RECALL = "recall.recall"
    RECALL_DRILL = "recall.drill"
    RECALL_READ = "recall.read"
    RECALL_LIFT = "recall.lift"
    RECALL_FIGURE = "recall.figure"
    RECALL_CLOSE = "recall.close"
    RECALL_REOPEN = "recall.reopen"

    FARM_WRITE = "farm.write"
    FARM_CORRECT = "farm.correct"
    FARM_WITHDRAW = "farm.withdraw"

    PARTNER_ADD = "partner.add"
    PARTNER_CHANGE = "partner.change"
    PARTNER_ARCHIVE = "partner.archive"
    PARTNER_RESTORE = "partner.restore"

    FARMER_ADD = "farmer.add"
    FARMER_CHANGE = "farmer.change"
    FARMER_ARCHIVE = "farmer.archive"
    FARMER_RESTORE = "farmer.restore"

    FARMINPUT_ENTER = "farminput.enter"
    FARMINPUT_END = "farminput.end"

    FARMCASE_OPEN = "farmcase.open"
    FARMCASE_GRANT = "farmcase.grant"
    FARMCASE_REFUSE = "farmcase.refuse"

    INSPECTION_ENTER = "inspection.enter"
    INSPECTION_WITHDRAW = "inspection.withdraw"
    INSPECTION_SEED = "inspection.seed"
    INSPECTION_DRAW = "inspection.draw"

    CODES_ISSUE = "codes.issue"

    PRINT_PLAN = "print.plan"
    PRINT_READY = "print.ready"
    PRINT_FAIL = "print.fail"
    PRINT_DOWNLOAD = "print.download"
    PRINT_PASSWORD = "print.password"
    PRINT_VOID = "print.void"
    PRINT_STOP = "print.stop"
    PRINT_RETRY = "print.retry"
    PRINT_RELEASE = "print.release"
    PRINT_REPRINT = "print.reprint"
    PRINT_CANCEL = "print.cancel"

    UNIT_VOID = "unit.void"
    UNIT_SELL = "unit.sell"
    UNIT_UNSELL = "unit.unsell"

    CLONE_RAISE = "clone.raise"
    CLONE_LOOK = "clone.look"
    CLONE_EXPLAIN = "clone.explain"
    CLONE_CLOSE = "clone.close"
    CLONE_REOPEN = "clone.reopen"
    NETWORKS_ENTER = "networks.enter"

    STOCK_ADD = "stock.add"
    STOCK_REMOVE = "stock.remove"

    PRINTER_ADD = "printer.add"
    PRINTER_CALIBRATE = "printer.calibrate"
    PRINTER_REMOVE = "printer.remove"

    CERTIFICATION_ENTER = "certification.enter"
    CERTIFICATION_WITHDRAW = "certification.withdraw"
    CERTIFICATION_DECLARE = "certification.declare"
    CERTIFICATION_MEND = "certification.mend"
    CERTIFICATION_CHECK = "certification.check"
    CERTIFICATION_VERIFY = "certification.verify"
    CERTIFICATION_RETURN = "certification.return"
    CERTIFICATION_END = "certification.end"
    CERTIFICATION_ENDING = "certification.ending"

    INSURANCE_ENTER = "insurance.enter"
    INSURANCE_WITHDRAW = "insurance.withdraw"
    INSURANCE_VERIFY = "insurance.verify"
    INSURANCE_RETURN = "insurance.return"
    INSURANCE_END = "insurance.end"

    REPORT_FREEZE = "report.freeze"

    REWARD_GRANTED = "reward.granted"
    REWARD_REFUSED = "reward.refused"

    CASE_RECEIVE = "case.receive"
    CASE_TAKE = "case.take"
    CASE_NOTE = "case.note"
    CASE_CLOSE = "case.close"
    CASE_REOPEN = "case.reopen"
    CASE_REFER = "case.refer"
    CASE_CONTACT = "case.contact"
    CASE_EXPORT = "case.export"
    CASE_FORGET = "case.forget"
    CASE_DUE = "case.due"

    CREDIT_ENTER = "credit.enter"
    CREDIT_COUNTER = "credit.counter"
    CREDIT_ANSWER = "credit.answer"
    CREDIT_REPLY = "credit.reply"

    PILOT_JOIN = "pilot.join"
    PILOT_LEAVE = "pilot.leave"

    JOB_DONE = "job.done"
    JOB_FAIL = "job.fail"

    INSURER_ADD = "insurer.add"
    INSURER_USCC = "insurer.uscc"

    LOG_FORGET = "log.forget"
    LOG_RECOVER = "log.recover"
    STATUS_PUBLISH = "status.publish"

    INSTALLATION_MOVE = "installation.move"
    INSTALLATION_CLOCK = "installation.clock"
