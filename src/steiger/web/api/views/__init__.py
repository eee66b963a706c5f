"""Operations and pages."""
