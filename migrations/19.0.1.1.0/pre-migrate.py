def migrate(cr, version):
    """Rename the limit from which on units of a leak are named.

    It was the mean probability of all who are named; now it is the least of each.
    """
    cr.execute(
        """
        UPDATE serial_diversion_rule_threshold
           SET code = 'leak_named', value = 0.57
         WHERE code = 'leak_precision'
        """
    )
